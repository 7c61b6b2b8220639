namespace QuantPS.Engine;

/// <summary>All dimensions from the second on made one (<c>torch.flatten(x, 1)</c>).</summary>
public sealed record Flatten : Node
{
    /// <inheritdoc/>
    public override string Operator => "flatten";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = inputs[0].Shape;
        if (x.Rank < 2) throw Fault($"an input of {x} has nothing to flatten.");
        int features = 1;
        for (int d = 1; d < x.Rank; d++) features = checked(features * x[d]);
        return TensorType.Float([x[0], features]);
    }
}
