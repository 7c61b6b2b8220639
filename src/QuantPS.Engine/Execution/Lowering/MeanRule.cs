using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Mean over height and width, in float or on codes.</summary>
internal sealed class MeanRule : ILoweringRule
{
    public IReadOnlyList<Operation>? Lower(Node node, LoweringContext context)
    {
        if (PassThrough.Match<Mean>(node, context) is not { } mean) return null;
        (Value input, Value output) = (mean.Input, mean.Output);
        // PyTorch gives the mean of codes to qnnpack's average pool.
        if (context.Backend == QuantizationBackend.Qnnpack && output.Quantization is { } parameters)
            return [mean.Operation(kernels => kernels.QuantizedAvgPool(AvgPoolSpec.OfMean(input, output) with { QnnpackScale = parameters.Scale }))];
        return [mean.Operation(kernels => kernels.Mean(new(input, output)))];
    }
}
