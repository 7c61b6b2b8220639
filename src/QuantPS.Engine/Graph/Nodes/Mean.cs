namespace QuantPS.Engine;

/// <summary>
/// The mean of each channel of an image (<c>x.mean([2, 3])</c>). For codes it rounds differently from
/// <see cref="AdaptiveAvgPool2d"/> in PyTorch, which takes the mean of the dequantized values here.
/// </summary>
public sealed record Mean : Node
{
    /// <summary>Whether height and width stay, as dimensions of 1.</summary>
    public bool KeepDimensions { get; init; }

    /// <inheritdoc/>
    public override string Operator => "mean";

    /// <inheritdoc/>
    public override string Attributes => KeepDimensions ? "keep dimensions" : "";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, 4);
        if (x[2] < 1 || x[3] < 1) throw Fault($"an input of {x} has no mean.");
        return TensorType.Float(KeepDimensions ? [x[0], x[1], 1, 1] : [x[0], x[1]]);
    }
}
