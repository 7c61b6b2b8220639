namespace QuantPS.Engine.Kernels;

/// <summary>Weights in float; codes are dequantized, other types converted.</summary>
internal sealed unsafe class FloatWeights(Tensor tensor) : ConvWeights<float>(tensor)
{
    private readonly float[]? _converted = tensor.Element == ElementType.Float32 ? null : tensor.ToFloats();

    protected override void Read(int output, float* to) =>
        (_converted ?? Tensor.As<float>()).Slice(output * Depth, Depth).CopyTo(new Span<float>(to, Depth));
}
