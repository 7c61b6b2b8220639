using System.Collections.Immutable;

namespace QuantPS.Quantization;

/// <summary>What a dynamic quantization gives.</summary>
/// <param name="Model">The model; the one given where nothing matched.</param>
/// <param name="Modules">The paths of the modules that were quantized.</param>
/// <param name="Warnings">What of the request matched nothing, and what there is instead, as sentences.</param>
public sealed record DynamicQuantizationResult(QuantModel Model, ImmutableArray<string> Modules, ImmutableArray<string> Warnings);
