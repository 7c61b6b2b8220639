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
        float[] weight = context.Parameter(linear, 1);
        Shape shape = context.ShapeOf(linear.Inputs[1]);
        float[] bias = context.Bias(linear) ?? new float[shape[0]];
        var operation = new Operation(output, [input], pattern.Nodes, kernels => kernels.Conv2d(new(
            input, output, ConvGeometry.OfLinear(input, shape), weight, bias, pattern.Low, pattern.High, "linear"))) { WritesSlices = true };
        return [.. new[] { before, operation, after }.OfType<Operation>()];
    }
}
