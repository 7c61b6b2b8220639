using System.Collections.Immutable;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Values joined along a dimension. A sample has so many outer runs, the elements of the dimensions outside the one joined; to each,
/// an input gives its run of bytes, by the table that requantizes its codes, or as they are.
/// </summary>
internal sealed record ConcatSpec(ImmutableArray<Value> Inputs, Value Output, int Outer, int[] Runs, CodeMap?[] Maps)
{
    public static ConcatSpec Of(ImmutableArray<Value> inputs, Value output, int dimension, CodeMap?[] maps)
    {
        int[] order = [.. CopyWindowSpec.MemoryOrder(output)];
        int axis = Array.IndexOf(order, dimension);
        int outer = order[..axis].Aggregate(1, (product, d) => product * output.Shape[d]);
        return new(inputs, output, outer, [.. inputs.Select(input => input.Elements / outer * output.Element.Size())], maps);
    }
}
