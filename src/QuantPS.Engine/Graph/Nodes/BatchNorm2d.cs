namespace QuantPS.Engine;

/// <summary>
/// Batch normalization (<c>torch.nn.BatchNorm2d</c>) with running statistics. Inputs: image NCHW, then weight (gamma), bias (beta),
/// running mean and running variance, one number a channel each.
/// </summary>
public sealed record BatchNorm2d : Node
{
    /// <summary>What is added to the variance.</summary>
    public float Epsilon { get; init; } = 1e-5f;

    /// <summary>The share of a batch in the running statistics while training.</summary>
    public float Momentum { get; init; } = 0.1f;

    /// <inheritdoc/>
    public override string Operator => "batch_norm";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, 4);
        if (inputs.Count != 5) throw Fault($"{Operator} takes 5 inputs and has {inputs.Count}.");
        for (int i = 1; i < 5; i++)
            if (inputs[i].Shape.Rank != 1 || inputs[i].Shape[0] != x[1])
                throw Fault($"'{Inputs[i]}' of {inputs[i].Shape} does not fit {x[1]} channels.");
        return inputs[0];
    }
}
