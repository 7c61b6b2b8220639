namespace QuantPS.Engine;

/// <summary>Codes to float32: scale * (code - zero point), with the scale that the value itself carries (<c>torch.dequantize</c>).</summary>
public sealed record Dequantize : Node
{
    /// <inheritdoc/>
    public override string Operator => "dequantize";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs) =>
        inputs[0].Element.IsQuantized()
            ? TensorType.Float(inputs[0].Shape)
            : throw Fault($"'{Inputs[0]}' is {inputs[0]}, which is not quantized.");
}
