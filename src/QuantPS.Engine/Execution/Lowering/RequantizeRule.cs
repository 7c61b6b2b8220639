using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize (-> ReLU) -> Quantize: codes to codes, by a table.</summary>
internal sealed class RequantizeRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Quantize quantize) return null;
        var relu = context.Producer(quantize.Inputs[0]) as Relu;
        if (context.Codes(relu?.Inputs[0] ?? quantize.Inputs[0]) is not { } input) return null;
        Value output = context.Value(node.Name);
        CodeRange range = CodeRange.Of(quantize.Parameters, relu);
        byte[] map = Codes.Map(input.Quantization!, quantize.Parameters, range.Low, range.High);
        return [new(output, [input], relu is null ? [quantize] : [relu, quantize], kernels => kernels.MapCodes(new(input, output, map)))];
    }
}
