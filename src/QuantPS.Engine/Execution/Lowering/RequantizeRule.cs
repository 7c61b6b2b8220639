using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Dequantize (-> ReLU) -> Quantize: other codes, or the same memory where nothing changes.</summary>
internal sealed class RequantizeRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Quantize quantize) return null;
        var relu = context.Producer(quantize.Inputs[0]) as Relu;
        if (context.Codes(relu?.Inputs[0] ?? quantize.Inputs[0]) is not { } input) return null;
        Value output = context.Value(node.Name);
        if (relu is null && input.Quantization!.Equals(quantize.Parameters))
        {
            output.ViewOf = input;
            return [new(output, [input], [quantize], _ => new ViewKernel(output))];
        }
        var map = new CodeMap(input.Quantization!, quantize.Parameters, CodeRange.Of(quantize.Parameters, relu));
        return [new(output, [input], relu is null ? [quantize] : [relu, quantize], kernels => kernels.MapCodes(new(input, output, map)))];
    }
}
