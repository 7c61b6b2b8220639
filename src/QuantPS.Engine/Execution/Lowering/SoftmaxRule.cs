namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Softmax of the last dimension in float.</summary>
internal sealed class SoftmaxRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not Softmax) return null;
        Value input = context.Value(context.Resolve(node.Inputs[0])), output = context.Value(node.Name);
        return output.ChannelsLast ? null : [new(output, [input], [node], kernels => kernels.Softmax(new(input, output)))];
    }
}
