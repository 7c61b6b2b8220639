using System.Collections.Immutable;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>
/// An operator that means the same for floats and for codes: it stands alone, or between a Dequantize and a Quantize of one scale and
/// zero point.
/// </summary>
internal sealed record PassThrough(Node Operator, Value Input, Value Output, ImmutableArray<Node> Nodes)
{
    public Operation Operation(Func<KernelTable, Kernel> bind) => new(Output, [Input], Nodes, bind);

    /// <summary>The operator that computes the value of a node.</summary>
    public static PassThrough? Match<T>(Node node, LoweringContext context) where T : Node
    {
        if (node is T) return new(node, context.Value(context.Resolve(node.Inputs[0])), context.Value(node.Name), [node]);
        return QuantizedPattern.Match(node, context) is { Operator: T, Relu: null } pattern
            && context.Codes(pattern.Operator.Inputs[0]) is { } codes && codes.Quantization!.Equals(pattern.Quantize.Parameters)
            ? new(pattern.Operator, codes, context.Value(node.Name), pattern.Nodes) : null;
    }
}
