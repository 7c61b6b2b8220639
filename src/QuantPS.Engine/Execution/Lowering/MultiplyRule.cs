namespace QuantPS.Engine.Execution.Lowering;

/// <summary>mul (-> ReLU) in float.</summary>
internal sealed class MultiplyRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (FloatPattern<Multiply>.Match(node, context) is not { Operator: var multiply } pattern) return null;
        Value output = context.Value(node.Name);
        (Value left, Value right) = WholeFirst(
            context.Value(context.Resolve(multiply.Inputs[0])), context.Value(context.Resolve(multiply.Inputs[1])), output);
        return [new(output, [left, right], pattern.Nodes, kernels => kernels.Multiply(new(left, right, output, pattern.Low, pattern.High)))];
    }

    /// <summary>The value of the product's shape first; the other may have one number a channel.</summary>
    public static (Value, Value) WholeFirst(Value left, Value right, Value output) =>
        left.Shape.Equals(output.Shape) ? (left, right) : (right, left);
}
