namespace QuantPS.Engine;

/// <summary>x * min(max(x + 3, 0), 6) / 6 (<c>torch.nn.Hardswish</c>).</summary>
public sealed record Hardswish : Node
{
    /// <inheritdoc/>
    public override string Operator => "hardswish";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return inputs[0];
    }
}
