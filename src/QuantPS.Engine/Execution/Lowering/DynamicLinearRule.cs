using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>DynamicQuantize -> Dequantize -> linear with an int8 weight (-> ReLU): codes in, floats out.</summary>
internal sealed class DynamicLinearRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (FloatPattern<Linear>.Match(node, context) is not { Operator: var linear } pattern
            || context.Producer(linear.Inputs[0]) is not Dequantize dequantize
            || context.Producer(dequantize.Inputs[0]) is not DynamicQuantize quantize
            || context.Int8Weight(linear.Inputs[1]) is not { } weight)
            return null;
        Value codes = context.Value(context.SharedCodes(quantize)), result = context.Value(node.Name);
        if (codes.ChannelsLast) return null;
        float[]? bias = context.Bias(linear);
        bool fused = context.Backend is QuantizationBackend.Fbgemm or QuantizationBackend.X86;
        bool onednn = context.Backend is QuantizationBackend.Onednn;
        float[] scales = onednn ? OnednnScales.OfLinear(weight) : WeightScales.Of(weight);
        return [new(result, [codes], [dequantize, .. pattern.Nodes], kernels =>
        {
            using var weights = new CodeWeights(weight);
            return kernels.DynamicLinear(new(
                codes, codes.DynamicParameters(context.MaxRows(codes)), result, ConvGeometry.OfLinear(codes, weight), weights,
                scales, bias ?? new float[weight.Shape[0]], fused, onednn, pattern.Low, pattern.High, context.MaxRows(codes)));
        }) { WritesInPlace = true }];
    }
}
