using System.Collections.Immutable;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>An operator, maybe a ReLU, then Quantize: what a kernel that gives codes can do at once.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Relu">The ReLU or ReLU6 behind it, or null.</param>
/// <param name="Quantize">The Quantize at the end.</param>
internal sealed record QuantizedPattern(Node Operator, Relu? Relu, Quantize Quantize)
{
    public ImmutableArray<Node> Nodes => Relu is null ? [Operator, Quantize] : [Operator, Relu, Quantize];

    /// <summary>The range of codes that ReLU leaves.</summary>
    public CodeRange Range => CodeRange.Of(Quantize.Parameters, Relu);

    /// <summary>The pattern that ends in a node, or null.</summary>
    public static QuantizedPattern? Match(Node node, LoweringContext context)
    {
        if (node is not Quantize quantize) return null;
        Node? last = context.Producer(quantize.Inputs[0]);
        if (last is Relu relu && context.Producer(relu.Inputs[0]) is { } before) return new(before, relu, quantize);
        return last is null ? null : new(last, null, quantize);
    }
}
