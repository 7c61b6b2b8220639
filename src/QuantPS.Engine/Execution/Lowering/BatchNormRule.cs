using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Batch norm (-> ReLU) in float.</summary>
internal sealed class BatchNormRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (FloatPattern<BatchNorm>.Match(node, context) is not { Operator: var norm } pattern) return null;
        Value input = context.Value(context.Resolve(norm.Inputs[0])), output = context.Value(node.Name);
        ChannelAffine affine = Parameters(norm, context).ForFloats();
        return [new(output, [input], pattern.Nodes, kernels => kernels.BatchNorm(new(input, output, affine, pattern.Low, pattern.High))) { WritesSlices = true }];
    }

    public static BatchNormParameters Parameters(BatchNorm norm, LoweringContext context) => new(
        context.Parameter(norm, 1), context.Parameter(norm, 2), context.Parameter(norm, 3), context.Parameter(norm, 4), norm.Epsilon);
}
