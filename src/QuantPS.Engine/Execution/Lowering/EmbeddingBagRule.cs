namespace QuantPS.Engine.Execution.Lowering;

/// <summary>EmbeddingBag: one row a sample, of those that its indices name.</summary>
internal sealed class EmbeddingBagRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not EmbeddingBag bag) return null;
        Value indices = context.Value(node.Inputs[0]), output = context.Value(node.Name);
        Value? weights = bag.HasSampleWeights ? context.Value(context.Resolve(node.Inputs[1])) : null;
        Tensor table = context.Constant(bag, bag.DataInputCount);
        return [new(output, [indices, .. new[] { weights }.OfType<Value>()], [node],
            kernels => kernels.Embedding(new(node.Name, node.Operator, indices, output, table, bag.Mode, weights)))];
    }
}
