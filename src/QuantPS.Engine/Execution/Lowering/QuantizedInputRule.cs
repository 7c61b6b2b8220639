namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Quantize of the graph's input: read from the caller's memory, put in NHWC and quantized in one go.</summary>
internal sealed class QuantizedInputRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Quantize || !context.TakeInput(node.Inputs[0])) return null;
        Value output = context.Value(node.Name);
        return [new(output, [], [node], kernels => kernels.Input(new(node.Inputs[0], output)))];
    }
}
