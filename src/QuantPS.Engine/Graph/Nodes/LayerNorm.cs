namespace QuantPS.Engine;

/// <summary>
/// Normalization of the last dimension by its own mean and variance (<c>torch.nn.LayerNorm</c>; Ba et al., 2016). Inputs: x, then weight
/// and bias, one number a feature each.
/// </summary>
public sealed record LayerNorm : Node
{
    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <inheritdoc/>
    public override string Operator => "layer_norm";

    /// <inheritdoc/>
    public override string Attributes => FormattableString.Invariant($"epsilon {Epsilon}");

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        if (inputs.Count != 3) throw Fault($"{Operator} takes 3 inputs and has {inputs.Count}.");
        Shape x = inputs[0].Shape;
        if (x.Rank < 2) throw Fault($"an input of {x} has no features to normalize.");
        for (int i = 1; i < 3; i++)
            if (inputs[i].Shape.Rank != 1 || inputs[i].Shape[0] != x[x.Rank - 1])
                throw Fault($"'{Inputs[i]}' of {inputs[i].Shape} does not fit {x[x.Rank - 1]} features.");
        return inputs[0];
    }
}
