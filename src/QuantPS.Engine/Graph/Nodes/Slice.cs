namespace QuantPS.Engine;

/// <summary>Every so many elements of a dimension (<c>x[:, :, start:end:step]</c>); a part of <c>x.chunk(n, dim)</c> is one, too.</summary>
public sealed record Slice : Node
{
    /// <summary>The dimension that is cut; never the batch.</summary>
    public required int Dimension { get; init; }

    /// <summary>The first index taken.</summary>
    public int Start { get; init; }

    /// <summary>The index before which it ends; null for the end of the dimension.</summary>
    public int? End { get; init; }

    /// <summary>The distance between the indices taken.</summary>
    public int Step { get; init; } = 1;

    /// <inheritdoc/>
    public override string Operator => "slice";

    /// <inheritdoc/>
    public override string Attributes => $"dimension {Dimension}, {Start}:{End}:{Step}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = inputs[0].Shape;
        if (Dimension < 1 || Dimension >= x.Rank || Start < 0 || Step < 1)
            throw Fault($"a slice ({Attributes}) does not fit an input of {x}; the batch cannot be sliced.");
        int end = Math.Min(End ?? x[Dimension], x[Dimension]);
        if (end <= Start) throw Fault($"a slice ({Attributes}) of an input of {x} is empty.");
        return TensorType.Float(x.With(Dimension, (end - Start + Step - 1) / Step));
    }
}
