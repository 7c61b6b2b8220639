namespace QuantPS.Engine.Execution.Lowering;

/// <summary>ReLU and ReLU6 in float, where no operator before them takes them along.</summary>
internal sealed class ReluRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Relu relu) return null;
        Value input = context.Value(context.Resolve(relu.Inputs[0])), output = context.Value(node.Name);
        return [new(output, [input], [relu], kernels => kernels.Clamp(new(input, output, 0, relu.Maximum)))];
    }
}
