namespace QuantPS.Engine;

/// <summary>min(max(x + 3, 0), 6) / 6 (<c>torch.nn.Hardsigmoid</c>). Its codes have the scale 1 / 256 and the zero point 0, always.</summary>
public sealed record Hardsigmoid : Node
{
    /// <inheritdoc/>
    public override string Operator => "hardsigmoid";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return inputs[0];
    }
}
