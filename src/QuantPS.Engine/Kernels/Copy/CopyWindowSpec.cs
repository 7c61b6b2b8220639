using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Along one dimension: output index i takes input index offset + i * step; outside the input lies the filling.</summary>
internal readonly record struct CopyAxis(int InputSize, int OutputSize, int Offset, int Step);

/// <summary>A window of the input's coordinates, copied; zeros where it lies outside.</summary>
/// <remarks>The axes are the dimensions behind the batch, in the order of memory.</remarks>
internal sealed record CopyWindowSpec(string Name, Value Input, Value Output, CopyAxis[] Axes)
{
    public int ElementSize => Output.Element.Size();

    /// <summary>The byte that zeros are made of: the code of zero, or 0 for floats.</summary>
    public byte Fill => (byte)(Output.Quantization?.ZeroPoint ?? 0);

    public static CopyWindowSpec OfPad(Value input, Value output, Pad pad) =>
        new("pad", input, output, AxesOf(input, output, (d, i, o) => new(i, o, -pad.Before[d], 1)));

    public static CopyWindowSpec OfSlice(Value input, Value output, Slice slice) =>
        new("slice", input, output, AxesOf(input, output, (d, i, o) => d == slice.Dimension ? new(i, o, slice.Start, slice.Step) : new(i, o, 0, 1)));

    private static CopyAxis[] AxesOf(Value input, Value output, Func<int, int, int, CopyAxis> axis) =>
        [.. MemoryOrder(input).Select(d => axis(d, input.Shape[d], output.Shape[d]))];

    /// <summary>The dimensions behind the batch in the order in which they lie in memory, outermost first.</summary>
    public static IEnumerable<int> MemoryOrder(Value value) => value.ChannelsLast ? [2, 3, 1] : Enumerable.Range(1, value.Shape.Rank - 1);
}
