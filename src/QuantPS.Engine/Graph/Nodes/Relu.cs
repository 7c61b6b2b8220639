namespace QuantPS.Engine;

/// <summary>max(x, 0) (<c>torch.nn.ReLU</c>), or min(max(x, 0), 6) (<c>torch.nn.ReLU6</c>).</summary>
public sealed record Relu : Node
{
    /// <summary>The largest value that passes: infinity for ReLU, 6 for ReLU6.</summary>
    public float Maximum { get; init; } = float.PositiveInfinity;

    /// <inheritdoc/>
    public override string Operator => float.IsPositiveInfinity(Maximum) ? "relu" : "relu6";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return inputs[0];
    }
}
