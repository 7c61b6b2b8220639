namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Embedding: a row of the table for each index.</summary>
internal sealed class EmbeddingRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Embedding embedding) return null;
        Value indices = context.Value(node.Inputs[0]), output = context.Value(node.Name);
        Tensor table = context.Constant(embedding, 1);
        return [new(output, [indices], [node], kernels => kernels.Embedding(new(node.Name, node.Operator, indices, output, table)))];
    }
}
