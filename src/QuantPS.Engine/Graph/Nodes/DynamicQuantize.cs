namespace QuantPS.Engine;

/// <summary>
/// float32 to unsigned 8-bit codes with the scale and zero point of the value's own range, chosen as it runs
/// (PyTorch's <c>ChooseQuantizationParams</c>, QuantUtils.h, without preserving sparsity).
/// </summary>
public sealed record DynamicQuantize : Node
{
    /// <summary>Whether codes stay within 0..127, as fbgemm needs it; qnnpack uses 0..255.</summary>
    public required bool ReduceRange { get; init; }

    /// <inheritdoc/>
    public override string Operator => "quantize_per_tensor_dynamic";

    /// <inheritdoc/>
    public override string Attributes => ReduceRange ? "0..127" : "0..255";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return new TensorType(ElementType.QUInt8, inputs[0].Shape);
    }
}
