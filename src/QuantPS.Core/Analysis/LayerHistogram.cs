namespace QuantPS.Analysis;

/// <summary>The values of a layer's weight, and of what it gives.</summary>
/// <param name="Layer">The layer.</param>
/// <param name="Weight">Its weight; null where it has none.</param>
/// <param name="Activation">What it gave for images; null where it was given none.</param>
public sealed record LayerHistogram(LayerInfo Layer, ValueHistogram? Weight, ValueHistogram? Activation);
