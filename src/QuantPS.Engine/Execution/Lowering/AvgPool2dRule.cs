using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Average pool, in float or on codes.</summary>
internal sealed class AvgPool2dRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (PassThrough.Match<AvgPool2d>(node, context) is not { } pool) return null;
        var operation = (AvgPool2d)pool.Operator;
        return [pool.Operation(kernels =>
        {
            AvgPoolSpec spec = AvgPoolSpec.Of(pool.Input, pool.Output, operation.Window, operation.CountIncludePad);
            if (context.Backend == QuantizationBackend.Qnnpack && !operation.Window.CeilMode) spec = spec with { QnnpackScale = pool.Output.Quantization?.Scale };
            return pool.Output.Element == ElementType.Float32 ? kernels.AvgPool(spec) : kernels.QuantizedAvgPool(spec);
        }) with { WritesSlices = true }];
    }
}
