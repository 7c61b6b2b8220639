namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize, where somebody needs the floats.</summary>
internal sealed class DequantizeRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Dequantize) return null;
        Value input = context.Value(node.Inputs[0]), output = context.Value(node.Name);
        return [new(output, [input], [node], kernels => kernels.Dequantize(new(input, output, context.MaxRows(input)))) { WritesInPlace = true }];
    }
}
