using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Along one dimension: output index i takes input index offset + i * step; outside the input lies the filling.</summary>
internal readonly record struct CopyAxis(int InputSize, int OutputSize, int Offset, int Step)
{
    /// <summary>Whether all of the dimension is copied as it is.</summary>
    public bool IsWhole => InputSize == OutputSize && Offset == 0 && Step == 1;
}

/// <summary>A window of the input's coordinates, copied; zeros where it lies outside.</summary>
/// <remarks>
/// The axes are the dimensions behind the batch, in the order of memory. One that is copied whole is part of the one outside it, so that
/// the innermost is as long a run of memory as there is.
/// </remarks>
internal sealed record CopyWindowSpec(string Name, Value Input, Value Output, CopyAxis[] Axes)
{
    public int ElementSize => Output.Element.Size();

    /// <summary>The byte that zeros are made of: the code of zero, or 0 for floats.</summary>
    public byte Fill => (byte)(Output.Quantization?.ZeroPoint ?? 0);

    public static CopyWindowSpec OfPad(Value input, Value output, Pad pad) =>
        new("pad", input, output, AxesOf(input, output, (d, i, o) => new(i, o, -pad.Before[d], 1)));

    public static CopyWindowSpec OfSlice(Value input, Value output, Slice slice) =>
        new("slice", input, output, AxesOf(input, output, (d, i, o) => d == slice.Dimension ? new(i, o, slice.Start, slice.Step) : new(i, o, 0, 1)));

    private static CopyAxis[] AxesOf(Value input, Value output, Func<int, int, int, CopyAxis> axis)
    {
        // A value of one dimension, the batch alone, has runs of one element.
        List<CopyAxis> axes = [new(1, 1, 0, 1)];
        foreach (int d in MemoryOrder(input))
        {
            CopyAxis next = axis(d, input.Shape[d], output.Shape[d]), last = axes[^1];
            if (last.IsWhole && last.InputSize == 1) axes[^1] = next;
            else if (next.IsWhole && last.Step == 1)
                axes[^1] = new(last.InputSize * next.InputSize, last.OutputSize * next.OutputSize, last.Offset * next.InputSize, 1);
            else axes.Add(next);
        }
        return [.. axes];
    }

    /// <summary>The dimensions behind the batch in the order in which they lie in memory, outermost first.</summary>
    public static IEnumerable<int> MemoryOrder(Value value) => value.ChannelsLast ? [2, 3, 1] : Enumerable.Range(1, value.Shape.Rank - 1);
}
