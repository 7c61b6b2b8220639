namespace QuantPS;

/// <summary>What a model's weights and activations are held in.</summary>
public enum ModelPrecision
{
    /// <summary>Everything in 32-bit float.</summary>
    Float32,
    /// <summary>Weights in int8, or those of embeddings in 8 or 4 bits, ahead; activations quantized by their own range as they come.</summary>
    DynamicInt8,
    /// <summary>Weights in int8 and activations in calibrated or trained 8-bit codes.</summary>
    Int8,
    /// <summary>Weights in 16-bit float, computed with in 32 bits.</summary>
    Float16,
}
