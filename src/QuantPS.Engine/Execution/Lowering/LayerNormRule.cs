namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Layer norm in float, with the sum before it where nothing else takes that.</summary>
internal sealed class LayerNormRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (node is not LayerNorm norm) return null;
        Value output = context.Value(node.Name);
        if (output.ChannelsLast) return null;
        (float[] weight, float[] bias) = (context.Parameter(norm, 1), context.Parameter(norm, 2));
        if (context.SoleProducer(norm.Inputs[0]) is Add add)
        {
            Value left = context.Value(context.Resolve(add.Inputs[0])), right = context.Value(context.Resolve(add.Inputs[1]));
            if (left.Constant is null && right.Constant is null)
                return [new(output, [left, right], [add, norm], kernels => kernels.LayerNorm(new(left, right, output, weight, bias, norm.Epsilon)))];
        }
        Value input = context.Value(context.Resolve(norm.Inputs[0]));
        return [new(output, [input], [norm], kernels => kernels.LayerNorm(new(input, null, output, weight, bias, norm.Epsilon)))];
    }
}
