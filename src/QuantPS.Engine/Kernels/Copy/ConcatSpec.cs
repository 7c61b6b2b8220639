using System.Collections.Immutable;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Values joined along a dimension. A sample has so many outer runs, the elements of the dimensions outside the one joined; to each,
/// an input gives its run of bytes, by the table that requantizes its codes, or as they are. What lies in its place already is not copied.
/// </summary>
/// <param name="Inputs">The values.</param>
/// <param name="Output">All of them.</param>
/// <param name="JoinsRuns">Whether the dimension is the innermost in memory.</param>
/// <param name="Outer">The outer runs of a sample.</param>
/// <param name="Runs">The bytes of each input's run.</param>
/// <param name="Maps">The table of each input; null for none.</param>
internal sealed record ConcatSpec(ImmutableArray<Value> Inputs, Value Output, bool JoinsRuns, int Outer, int[] Runs, CodeMap?[] Maps)
{
    public static ConcatSpec Of(ImmutableArray<Value> inputs, Value output, int dimension, CodeMap?[] maps)
    {
        int[] order = [.. CopyWindowSpec.MemoryOrder(output)];
        int axis = Array.IndexOf(order, dimension), outer = 1, elementSize = output.Element.Size();
        for (int d = 0; d < axis; d++) outer *= output.Shape[order[d]];
        return new(inputs, output, axis == order.Length - 1, outer, [.. inputs.Select(input => input.Elements / outer * elementSize)], maps);
    }

    /// <summary>The bytes from a run of the output to the next.</summary>
    public long Pitch => JoinsRuns ? (long)Output.Pitch * Output.Element.Size() : Runs.Sum();

    /// <summary>Whether an input was written to its place.</summary>
    public bool IsInPlace(Value input) => input.SliceOf == Output;

    /// <summary>Whether there is nothing to copy.</summary>
    public bool IsAllInPlace => Inputs.All(IsInPlace);
}
