using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize -> batch norm (-> ReLU) -> Quantize.</summary>
internal sealed class QuantizedBatchNorm2dRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (QuantizedPattern.Match(node, context) is not { Operator: BatchNorm2d norm } pattern || context.Codes(norm.Inputs[0]) is not { } input)
            return null;
        Value output = context.Value(node.Name);
        BatchNormParameters parameters = BatchNormRule.Parameters(norm, context);
        return [new(output, [input], pattern.Nodes, kernels => kernels.QuantizedBatchNorm(new(
            input, output, parameters.ForCodes(input.Quantization!.Scales[0], pattern.Quantize.Parameters.Scales[0]), pattern.Range))) { WritesSlices = true }];
    }
}
