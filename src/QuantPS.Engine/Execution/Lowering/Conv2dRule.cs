using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>conv2d (-> ReLU) in float.</summary>
internal sealed class Conv2dRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (FloatPattern<Conv2d>.Match(node, context) is not { Operator: var conv } pattern) return null;
        Value input = context.Value(context.Resolve(conv.Inputs[0])), output = context.Value(node.Name);
        Tensor weight = context.Constant(conv, 1);
        float[] bias = context.Bias(conv) ?? new float[output.Shape[1]];
        ConvGeometry geometry = ConvGeometry.Of(input.Shape, output.Shape, conv.Window, conv.Groups);
        return [new(output, [input], pattern.Nodes, kernels =>
        {
            using var weights = new FloatWeights(weight);
            return kernels.Conv2d(new(input, output, geometry, weights, bias, pattern.Low, pattern.High, "conv2d"));
        }) { WritesSlices = true }];
    }
}
