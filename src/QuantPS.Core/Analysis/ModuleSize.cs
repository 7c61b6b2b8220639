namespace QuantPS.Analysis;

/// <summary>What one module puts into the state dict file of a model.</summary>
/// <param name="Module">The module's PyTorch path.</param>
/// <param name="Precision">What its weights are held in; for a module without, what the scale and zero point in its place say: int8.</param>
/// <param name="Bytes">The bytes of its tensors, scales and zero points included. The file adds their names and places to that.</param>
/// <param name="ParameterCount">The number of its weights and biases.</param>
public sealed record ModuleSize(string Module, ModelPrecision Precision, long Bytes, long ParameterCount)
{
    /// <summary><see cref="Bytes"/> in decimal megabytes.</summary>
    public double SizeMB => Bytes / 1e6;
}
