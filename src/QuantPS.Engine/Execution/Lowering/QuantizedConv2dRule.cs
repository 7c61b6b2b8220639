namespace QuantPS.Engine.Execution.Lowering;

/// <summary>A convolution on codes.</summary>
internal sealed class QuantizedConv2dRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (QuantizedConvPattern.Match(node, context) is not { } conv) return null;
        Value output = context.Value(node.Name);
        return [new(output, [conv.Input], conv.Nodes, kernels => conv.Bind(kernels, output, context, "conv2d")) { WritesSlices = true }];
    }
}
