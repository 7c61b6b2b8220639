namespace QuantPS.Engine;

/// <summary>1 / (1 + exp(-x)) (<c>torch.nn.Sigmoid</c>). Its codes have the scale 1 / 256 and the zero point 0, always.</summary>
public sealed record Sigmoid : Node
{
    /// <inheritdoc/>
    public override string Operator => "sigmoid";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return inputs[0];
    }
}
