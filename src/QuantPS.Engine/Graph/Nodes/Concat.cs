namespace QuantPS.Engine;

/// <summary>Values joined along a dimension (<c>torch.cat</c>).</summary>
public sealed record Concat : Node
{
    /// <summary>The dimension along which they are joined.</summary>
    public int Dimension { get; init; } = 1;

    /// <inheritdoc/>
    public override string Operator => "cat";

    /// <inheritdoc/>
    public override int DataInputCount => Inputs.Length;

    /// <inheritdoc/>
    public override string Attributes => $"dimension {Dimension}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        if (inputs.Count == 0) throw Fault("cat needs at least one input.");
        Shape first = inputs[0].Shape;
        if (Dimension < 0 || Dimension >= first.Rank) throw Fault($"there is no dimension {Dimension} in {first}.");
        int size = 0;
        for (int i = 0; i < inputs.Count; i++)
        {
            Shape shape = inputs[i].Shape;
            if (shape.Rank != first.Rank || !shape.With(Dimension, first[Dimension]).Equals(first))
                throw Fault($"'{Inputs[i]}' of {shape} cannot be joined to '{Inputs[0]}' of {first} along dimension {Dimension}.");
            size += shape[Dimension];
        }
        return TensorType.Float(first.With(Dimension, size));
    }
}
