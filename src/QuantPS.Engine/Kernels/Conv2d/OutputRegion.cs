namespace QuantPS.Engine.Kernels;

/// <summary>The elements of an output that units of a kernel write: some rows of memory.</summary>
/// <param name="Start">The first element.</param>
/// <param name="Length">The elements of a row.</param>
/// <param name="Stride">The elements from a row to the next.</param>
/// <param name="Rows">The number of rows.</param>
internal readonly record struct OutputRegion(int Start, int Length, int Stride, int Rows)
{
    /// <summary>One run of elements.</summary>
    public static OutputRegion Of(int start, int end) => new(start, end - start, 0, 1);
}
