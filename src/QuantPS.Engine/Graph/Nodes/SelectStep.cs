namespace QuantPS.Engine;

/// <summary>One step of a sequence (<c>x[:, step]</c>): (batch, steps, features) to (batch, features).</summary>
public sealed record SelectStep : Node
{
    /// <summary>The index of the step; from the end where negative, so that -1 is the last.</summary>
    public int Step { get; init; }

    /// <inheritdoc/>
    public override string Operator => "select";

    /// <inheritdoc/>
    public override string Attributes => $"step {Step}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, 3);
        if (Step >= x[1] || Step < -x[1]) throw Fault($"there is no step {Step} in an input of {x}.");
        return TensorType.Float([x[0], x[2]]);
    }
}
