namespace QuantPS.Engine;

/// <summary>float32 to unsigned 8-bit codes: clamp(zero point + rint(x * (1 / scale)), 0, 255) (<c>torch.quantize_per_tensor</c>, quint8).</summary>
public sealed record Quantize : Node
{
    /// <summary>The scale and the zero point, per tensor.</summary>
    public required QuantParams Parameters { get; init; }

    /// <inheritdoc/>
    public override string Operator => "quantize_per_tensor";

    /// <inheritdoc/>
    public override string Attributes => $"{Parameters}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        if (Parameters.Axis is not null || !(Parameters.Scale > 0) || Parameters.ZeroPoint is < 0 or > 255)
            throw Fault($"activations need one positive scale and a zero point from 0 to 255, not {Parameters}.");
        return new TensorType(ElementType.QUInt8, inputs[0].Shape, Parameters);
    }
}
