namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Scaled dot-product attention in float.</summary>
internal sealed class AttentionRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Attention attention) return null;
        Value[] inputs = [.. node.Inputs.Select(name => context.Value(context.Resolve(name)))];
        Value output = context.Value(node.Name);
        int maxSteps = output.IsSequence ? context.Largest.Length : output.Shape[1];
        var spec = new Kernels.AttentionSpec(inputs[0], inputs[1], inputs[2], inputs.ElementAtOrDefault(3), output, attention.Heads, maxSteps);
        return [new(output, [.. inputs], [node], kernels => kernels.Attention(spec))];
    }
}
