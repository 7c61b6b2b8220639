using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>linear (-> ReLU) in float: a convolution of a single tap.</summary>
internal sealed class LinearRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (FloatPattern<Linear>.Match(node, context) is not { Operator: var linear } pattern) return null;
        (Value input, Operation? before) = Layouts.ToPlain(context.Value(context.Resolve(linear.Inputs[0])));
        (Value output, Operation? after) = Layouts.FromPlain(context.Value(node.Name));
        Tensor weight = context.Constant(linear, 1);
        float[] bias = context.Bias(linear) ?? new float[weight.Shape[0]];
        var operation = new Operation(output, [input], pattern.Nodes, kernels =>
        {
            using var weights = new FloatWeights(weight);
            return kernels.Conv2d(new(input, output, ConvGeometry.OfLinear(input, weight), weights, bias, pattern.Low, pattern.High, "linear"));
        }) { WritesSlices = true };
        return [.. new[] { before, operation, after }.OfType<Operation>()];
    }
}
