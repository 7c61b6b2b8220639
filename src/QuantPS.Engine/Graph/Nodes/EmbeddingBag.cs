namespace QuantPS.Engine;

/// <summary>How the rows of a bag become one (<c>mode</c> of <c>torch.nn.EmbeddingBag</c>).</summary>
public enum EmbeddingBagMode
{
    /// <summary>Their sum.</summary>
    Sum,
    /// <summary>Their mean.</summary>
    Mean,
    /// <summary>The largest of each feature.</summary>
    Max,
}

/// <summary>
/// One row for each sample, of the rows that its indices name (<c>torch.nn.EmbeddingBag</c>). Inputs: indices, int64, (batch, steps); for
/// sums, where <see cref="HasSampleWeights"/> says so, a weight for each index (batch, steps); and the weight (rows, features) as
/// <see cref="Embedding"/> takes it. Gives (batch, features).
/// </summary>
public sealed record EmbeddingBag : Node
{
    /// <summary>How the rows become one.</summary>
    public EmbeddingBagMode Mode { get; init; } = EmbeddingBagMode.Mean;

    /// <summary>Whether each index has a weight (<c>per_sample_weights</c>), which sums alone can have.</summary>
    public bool HasSampleWeights { get; init; }

    /// <inheritdoc/>
    public override string Operator => "embedding_bag";

    /// <inheritdoc/>
    public override int DataInputCount => HasSampleWeights ? 2 : 1;

    /// <inheritdoc/>
    public override string Attributes => Mode.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        Shape indices = Embedding.RequireIndices(this, inputs, Fault);
        if (indices.Rank != 2) throw Fault($"needs indices of a batch and steps, and '{Inputs[0]}' is {indices}.");
        if (HasSampleWeights && (Mode != EmbeddingBagMode.Sum || inputs[1].Element != ElementType.Float32 || !inputs[1].Shape.Equals(indices)))
            throw Fault($"weights for each index need the mode sum and the shape of the indices, {indices}.");
        TensorType[] own = [inputs[0], .. inputs.Skip(DataInputCount)];
        return TensorType.Float([indices[0], Embedding.RequireTable(this, own, Fault)[1]]);
    }
}
