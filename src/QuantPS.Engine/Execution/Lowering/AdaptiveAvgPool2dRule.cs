using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Adaptive average pool, in float or on codes.</summary>
internal sealed class AdaptiveAvgPool2dRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (PassThrough.Match<AdaptiveAvgPool2d>(node, context) is not { } pool) return null;
        return [pool.Operation(kernels =>
        {
            AvgPoolSpec spec = AvgPoolSpec.OfAdaptive(pool.Input, pool.Output);
            return pool.Output.Element == ElementType.Float32 ? kernels.AvgPool(spec) : kernels.QuantizedAvgPool(spec);
        })];
    }
}
