using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize -> linear with an int8 weight (-> ReLU) -> Quantize: a convolution of a single tap.</summary>
internal sealed class QuantizedLinearRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (QuantizedPattern.Match(node, context) is not { Operator: Linear linear } pattern
            || context.Codes(linear.Inputs[0]) is not { } codes || context.Int8Weight(linear.Inputs[1]) is not { } weight)
            return null;
        (Value input, Operation? before) = Layouts.ToPlain(codes);
        (Value output, Operation? after) = Layouts.FromPlain(context.Value(node.Name));
        float[]? bias = context.Bias(linear);
        var operation = new Operation(output, [input], pattern.Nodes, kernels =>
        {
            Requantization requantization = Requantization.Of(
                context.Backend, groups: null, input.Quantization!, weight, bias, pattern.Quantize.Parameters, pattern.Range);
            using var weights = new CodeWeights(weight);
            return kernels.QuantizedConv2d(new(input, output, ConvGeometry.OfLinear(input, weight), weights,
                input.Quantization!.ZeroPoint, requantization, "linear", context.MaxRows(input)));
        }) { WritesSlices = true };
        return [.. new[] { before, operation, after }.OfType<Operation>()];
    }
}
