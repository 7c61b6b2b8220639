namespace QuantPS.Engine;

/// <summary>x times the normal distribution's share below x (<c>torch.nn.GELU</c>; Hendrycks and Gimpel, 2016).</summary>
public sealed record Gelu : Node
{
    /// <summary>
    /// Whether the share is approximated by 0.5 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) (<c>approximate='tanh'</c>), else it is exact:
    /// 0.5 (1 + erf(x / sqrt(2))).
    /// </summary>
    public bool Approximate { get; init; }

    /// <inheritdoc/>
    public override string Operator => "gelu";

    /// <inheritdoc/>
    public override string Attributes => Approximate ? "tanh" : "";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return inputs[0];
    }
}
