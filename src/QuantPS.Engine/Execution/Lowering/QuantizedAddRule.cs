using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize of both -> add (-> ReLU) -> Quantize.</summary>
internal sealed class QuantizedAddRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (QuantizedPattern.Match(node, context) is not { Operator: Add add } pattern
            || context.Codes(add.Inputs[0]) is not { } left || context.Codes(add.Inputs[1]) is not { } right)
            return null;
        Value output = context.Value(node.Name);
        QnnpackSum? sum = context.Backend == QuantizationBackend.Qnnpack
            ? QnnpackSum.Of(left.Quantization!, right.Quantization!, pattern.Quantize.Parameters) : null;
        return [new(output, [left, right], pattern.Nodes, kernels => sum is { } fixedPoint
            ? kernels.QnnpackAdd(new(left, right, output, fixedPoint, pattern.Range))
            : kernels.QuantizedAdd(new(left, right, output, pattern.Range)))];
    }
}
