using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize -> conv2d with an int8 weight (-> ReLU) -> Quantize.</summary>
internal sealed class QuantizedConv2dRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (QuantizedPattern.Match(node, context) is not { Operator: Conv2d conv } pattern
            || context.Codes(conv.Inputs[0]) is not { } input || context.Int8Weight(conv.Inputs[1]) is not { } weight)
            return null;
        Value output = context.Value(node.Name);
        ConvGeometry geometry = ConvGeometry.Of(input.Shape, output.Shape, conv.Window, conv.Groups);
        float[]? bias = context.Bias(conv);
        return [new(output, [input], pattern.Nodes, kernels =>
        {
            Requantization requantization = Requantization.Of(
                context.Backend, conv.Groups, input.Quantization!, weight, bias, pattern.Quantize.Parameters, pattern.Range);
            return kernels.QuantizedConv2d(new(input, output, geometry, ConvWeights.Centered(weight), input.Quantization!.ZeroPoint, requantization, "conv2d", context.MaxBatch));
        }) { WritesSlices = true }];
    }
}
