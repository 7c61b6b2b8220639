namespace QuantPS.Engine;

/// <summary>
/// The channels of an image in another order: the first of each group, then the second of each, and so on (<c>torch.nn.ChannelShuffle</c>).
/// </summary>
public sealed record ChannelShuffle : Node
{
    /// <summary>The number of groups, which divides the number of channels.</summary>
    public required int Groups { get; init; }

    /// <inheritdoc/>
    public override string Operator => "channel_shuffle";

    /// <inheritdoc/>
    public override string Attributes => $"groups {Groups}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, 4);
        return Groups > 0 && x[1] % Groups == 0 ? inputs[0] : throw Fault($"{x[1]} channels cannot be divided into {Groups} groups.");
    }
}
