namespace QuantPS.Engine.Kernels;

/// <summary>Transposes a matrix by squares; what is left over is scalar.</summary>
internal static unsafe class TransposeSquares
{
    /// <summary>
    /// Makes columns rows: <see cref="TransposeKernel"/>. A square is transposed by a function of where it lies and goes, and of the
    /// elements from a row to the next of both.
    /// </summary>
    public static void Run<T>(
        T* from, nint fromPitch, T* to, nint toPitch, int rows, int columns, int side, delegate*<T*, nint, T*, nint, void> square) where T : unmanaged
    {
        int wholeRows = rows / side * side, wholeColumns = columns / side * side;
        for (int column = 0; column < wholeColumns; column += side)
            for (int row = 0; row < wholeRows; row += side)
                square(from + row * fromPitch + column, fromPitch, to + column * toPitch + row, toPitch);
        TransposeScalar.Run(from + wholeRows * fromPitch, fromPitch, to + wholeRows, toPitch, rows - wholeRows, wholeColumns);
        TransposeScalar.Run(from + wholeColumns, fromPitch, to + wholeColumns * toPitch, toPitch, rows, columns - wholeColumns);
    }
}
