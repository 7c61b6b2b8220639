namespace QuantPS;

/// <summary>What a model's weights and activations are held in.</summary>
public enum ModelPrecision
{
    /// <summary>Everything in 32-bit float.</summary>
    Float32,
    /// <summary>Weights in int8 ahead; activations quantized by their own range as they come.</summary>
    DynamicInt8,
    /// <summary>Weights in int8 and activations in calibrated or trained 8-bit codes.</summary>
    Int8,
}
