using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The mean of rectangles: windows of avg_pool2d, where padding may count as zeros, or regions of adaptive_avg_pool2d. There is a span
/// for each row and each column of the output. Sums of codes are multiplied by 1 / n, or, twice inverted as in PyTorch's adaptive
/// kernel, by 1 / (1 / (1 / n)).
/// </summary>
internal sealed record AvgPoolSpec(
    string Name, Value Input, Value Output, PoolSpan[] Rows, PoolSpan[] Columns, bool CountIncludePad, bool TwiceInverted)
{
    /// <summary>The scale of the codes where qnnpack's kernel runs, which computes scale / (scale * n) (average-pooling.c); else null.</summary>
    public float? QnnpackScale { get; init; }

    public int Channels => Input.Shape[1];

    /// <summary>The byte that zeros are made of.</summary>
    public byte Zero => (byte)(Output.Quantization?.ZeroPoint ?? 0);

    public int InputWidth => Input.Shape[3];

    public static AvgPoolSpec Of(Value input, Value output, Window2 window, bool countIncludePad) => new("avg_pool2d", input, output,
        PoolSpan.OfWindows(input.Shape[2], output.Shape[2], window.Kernel.Height, window.Stride.Height, window.Padding.Height),
        PoolSpan.OfWindows(input.Shape[3], output.Shape[3], window.Kernel.Width, window.Stride.Width, window.Padding.Width),
        countIncludePad, TwiceInverted: false);

    public static AvgPoolSpec OfAdaptive(Value input, Value output) => new("adaptive_avg_pool2d", input, output,
        PoolSpan.OfRegions(input.Shape[2], output.Shape[2]), PoolSpan.OfRegions(input.Shape[3], output.Shape[3]),
        CountIncludePad: false, TwiceInverted: true);

    /// <summary>The mean of the whole image, which the output may have without height and width.</summary>
    public static AvgPoolSpec OfMean(Value input, Value output) => new("mean", input, output,
        PoolSpan.OfRegions(input.Shape[2], 1), PoolSpan.OfRegions(input.Shape[3], 1), CountIncludePad: false, TwiceInverted: false);

    /// <summary>What the sum is divided by: the size of the rectangle.</summary>
    public int Divisor(PoolSpan row, PoolSpan column) => CountIncludePad ? row.Padded * column.Padded : row.Length * column.Length;

    /// <summary>What a sum of codes is multiplied by, in the precision of PyTorch's steps.</summary>
    public float Factor(int divisor) => QnnpackScale is float scale ? scale / (scale * divisor) : TwiceInverted ? 1 / (1 / (1f / divisor)) : 1f / divisor;
}
