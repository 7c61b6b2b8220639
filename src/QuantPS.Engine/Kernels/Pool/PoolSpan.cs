namespace QuantPS.Engine.Kernels;

/// <summary>The part of one dimension that one output of an average pool covers.</summary>
/// <param name="Start">The first index inside the image.</param>
/// <param name="End">The index after the last inside the image.</param>
/// <param name="Padded">The length with padding.</param>
internal readonly record struct PoolSpan(int Start, int End, int Padded)
{
    public int Length => End - Start;

    /// <summary>The spans of windows, as in PyTorch's avg_pool2d: with the ceil mode a last window ends with the padding.</summary>
    public static PoolSpan[] OfWindows(int size, int outputs, int kernel, int stride, int padding)
    {
        var spans = new PoolSpan[outputs];
        for (int i = 0; i < outputs; i++)
        {
            int start = i * stride - padding, end = Math.Min(start + kernel, size + padding);
            int inside = Math.Min(Math.Max(start, 0), size);
            spans[i] = new(inside, Math.Max(Math.Min(end, size), inside), end - start);
        }
        return spans;
    }

    /// <summary>The spans of adaptive pools: from floor(i * size / outputs) to ceil((i + 1) * size / outputs).</summary>
    public static PoolSpan[] OfRegions(int size, int outputs)
    {
        var spans = new PoolSpan[outputs];
        for (int i = 0; i < outputs; i++)
        {
            int start = (int)((long)i * size / outputs), end = (int)(((long)(i + 1) * size + outputs - 1) / outputs);
            spans[i] = new(start, end, end - start);
        }
        return spans;
    }
}
