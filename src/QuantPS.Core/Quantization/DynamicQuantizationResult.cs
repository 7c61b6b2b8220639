using System.Collections.Immutable;

namespace QuantPS.Quantization;

/// <summary>What a dynamic quantization gives.</summary>
/// <param name="Model">The model; the one given where nothing matched.</param>
/// <param name="Modules">The paths of the modules that were quantized.</param>
/// <param name="Share">The share, from 0 to 1, of the model's weights that these hold.</param>
/// <param name="Warnings">What of the request matched nothing, and what there is instead, as sentences.</param>
public sealed record DynamicQuantizationResult(QuantModel Model, ImmutableArray<string> Modules, double Share, ImmutableArray<string> Warnings);
