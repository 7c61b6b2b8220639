namespace QuantPS.Benchmarks.Onnx;

/// <summary>Matrices whose rows lie one behind another.</summary>
internal static class Matrix
{
    /// <summary>The columns of a matrix as rows.</summary>
    public static T[] Transposed<T>(ReadOnlySpan<T> values, int rows)
    {
        var result = new T[values.Length];
        int columns = values.Length / rows;
        for (int row = 0; row < rows; row++)
            for (int column = 0; column < columns; column++) result[column * rows + row] = values[row * columns + column];
        return result;
    }
}
