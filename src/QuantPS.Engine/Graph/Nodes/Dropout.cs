namespace QuantPS.Engine;

/// <summary>Dropout (<c>torch.nn.Dropout</c>): acts while training alone, and is the identity everywhere else.</summary>
public sealed record Dropout : Node
{
    /// <summary>The share of elements that training sets to zero.</summary>
    public float Probability { get; init; } = 0.5f;

    /// <inheritdoc/>
    public override string Operator => "dropout";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return inputs[0];
    }
}
