using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Max pool, in float or on codes.</summary>
internal sealed class MaxPool2dRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (PassThrough.Match<MaxPool2d>(node, context) is not { } pool) return null;
        var spec = new MaxPoolSpec(pool.Input, pool.Output, ((MaxPool2d)pool.Operator).Window);
        return [pool.Operation(kernels => pool.Output.Element == ElementType.Float32 ? kernels.MaxPool(spec) : kernels.QuantizedMaxPool(spec)) with { WritesSlices = true }];
    }
}
