namespace QuantPS.Engine;

/// <summary>The hyperbolic tangent (<c>torch.nn.Tanh</c>).</summary>
public sealed record Tanh : Node
{
    /// <inheritdoc/>
    public override string Operator => "tanh";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return inputs[0];
    }
}
