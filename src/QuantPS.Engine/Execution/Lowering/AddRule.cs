namespace QuantPS.Engine.Execution.Lowering;

/// <summary>add (-> ReLU) in float.</summary>
internal sealed class AddRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (FloatPattern<Add>.Match(node, context) is not { Operator: var add } pattern) return null;
        Value left = context.Value(context.Resolve(add.Inputs[0])), right = context.Value(context.Resolve(add.Inputs[1]));
        Value output = context.Value(node.Name);
        return [new(output, [left, right], pattern.Nodes, kernels => kernels.Add(new(left, right, output, pattern.Low, pattern.High)))];
    }
}
