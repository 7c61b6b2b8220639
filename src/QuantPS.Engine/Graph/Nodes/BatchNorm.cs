namespace QuantPS.Engine;

/// <summary>
/// Batch normalization with running statistics. Inputs: features, then weight (gamma), bias (beta), running mean and running variance, one
/// number a channel each.
/// </summary>
public abstract record BatchNorm : Node
{
    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>The share of a batch in the running statistics while training.</summary>
    public float Momentum { get; init; } = 0.1f;

    /// <inheritdoc/>
    public sealed override string Operator => "batch_norm";

    /// <summary>The number of dimensions of the features, with that of the batch.</summary>
    private protected abstract int Rank { get; }

    /// <inheritdoc/>
    public sealed override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, Rank);
        if (inputs.Count != 5) throw Fault($"{Operator} takes 5 inputs and has {inputs.Count}.");
        for (int i = 1; i < 5; i++)
            if (inputs[i].Shape.Rank != 1 || inputs[i].Shape[0] != x[1])
                throw Fault($"'{Inputs[i]}' of {inputs[i].Shape} does not fit {x[1]} channels.");
        return inputs[0];
    }
}
