using System.Collections.Immutable;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>An operator in float, with the ReLU behind it where nothing else takes the operator's value.</summary>
/// <param name="Operator">The operator.</param>
/// <param name="Low">The smallest value that the ReLU leaves; minus infinity without one.</param>
/// <param name="High">The largest value that the ReLU leaves.</param>
/// <param name="Nodes">The nodes that it covers.</param>
internal sealed record FloatPattern<T>(T Operator, float Low, float High, ImmutableArray<Node> Nodes) where T : Node
{
    /// <summary>The pattern that ends in a node, or null.</summary>
    public static FloatPattern<T>? Match(Node node, LoweringContext context) => node switch
    {
        T alone => new(alone, float.NegativeInfinity, float.PositiveInfinity, [alone]),
        Relu relu when context.SoleProducer(relu.Inputs[0]) is T inner => new(inner, 0, relu.Maximum, [inner, relu]),
        _ => null,
    };
}
