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
            if (context.Backend == QuantizationBackend.Qnnpack && AreWindows(pool.Input.Shape, pool.Output.Shape))
                spec = spec with { QnnpackScale = pool.Output.Quantization?.Scale };
            return pool.Output.Element == ElementType.Float32 ? kernels.AvgPool(spec) : kernels.QuantizedAvgPool(spec);
        }) with { WritesSlices = true }];
    }

    // Regions of one size, more than one pixel each: what PyTorch gives to qnnpack's average pool.
    private static bool AreWindows(Shape input, Shape output) =>
        input[2] % output[2] == 0 && input[3] % output[3] == 0 && (input[2] != output[2] || input[3] != output[3]);
}
