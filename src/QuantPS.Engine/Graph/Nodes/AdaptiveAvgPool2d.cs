namespace QuantPS.Engine;

/// <summary>The means of regions that divide the image into a fixed number (<c>torch.nn.AdaptiveAvgPool2d</c>).</summary>
public sealed record AdaptiveAvgPool2d : Node
{
    /// <summary>The number of regions along height and width.</summary>
    public Size2 Output { get; init; } = 1;

    /// <inheritdoc/>
    public override string Operator => "adaptive_avg_pool2d";

    /// <inheritdoc/>
    public override string Attributes => $"output {Output}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, 4);
        if (x[2] < 1 || x[3] < 1 || Output.Height < 1 || Output.Width < 1) throw Fault($"an input of {x} cannot be divided into {Output}.");
        return TensorType.Float([x[0], x[1], Output.Height, Output.Width]);
    }
}
