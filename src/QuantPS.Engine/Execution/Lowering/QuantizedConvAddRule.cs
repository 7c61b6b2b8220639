using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>A convolution on codes whose value nothing but an add (-> ReLU) -> Quantize takes: the sum of a residual block.</summary>
internal sealed class QuantizedConvAddRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        // qnnpack's sum is another one, in fixed point.
        if (context.Backend == QuantizationBackend.Qnnpack || QuantizedPattern.Match(node, context) is not { Operator: Add add } pattern) return null;
        return Fused(node, pattern, add.Inputs[0], add.Inputs[1], context) ?? Fused(node, pattern, add.Inputs[1], add.Inputs[0], context);
    }

    private static IReadOnlyList<Operation>? Fused(Node node, QuantizedPattern sum, string own, string other, LoweringContext context)
    {
        if (own == other || context.Codes(other) is not { } addend
            || context.SoleProducer(own) is not Dequantize dequantize || context.SoleProducer(dequantize.Inputs[0]) is not { } last
            || QuantizedConvPattern.Match(last, context) is not { } conv)
            return null;
        Value codes = context.Value(last.Name), output = context.Value(node.Name);
        if (!codes.Shape.Equals(output.Shape) || !addend.Shape.Equals(output.Shape)) return null;
        codes.ViewOf = output;
        var fused = new QuantizedAddSpec(codes, addend, output, sum.Range);
        return [new(output, [conv.Input, addend], [.. conv.Nodes, dequantize, .. sum.Nodes],
            kernels => conv.Bind(kernels, codes, context, "conv2d_add", fused))];
    }
}
