namespace QuantPS.Engine;

/// <summary>The mean of each window (<c>torch.nn.AvgPool2d</c>).</summary>
public sealed record AvgPool2d : Node
{
    /// <summary>Kernel, stride and padding.</summary>
    public required Window2 Window { get; init; }

    /// <summary>Whether padding counts as zeros in the mean, as it does by default in PyTorch.</summary>
    public bool CountIncludePad { get; init; } = true;

    /// <inheritdoc/>
    public override string Operator => "avg_pool2d";

    /// <inheritdoc/>
    public override string Attributes => $"{Window}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, 4);
        Size2 output = Window.Output(x[2], x[3]);
        return output.Height > 0 && output.Width > 0
            ? TensorType.Float([x[0], x[1], output.Height, output.Width])
            : throw Fault($"an input of {x} is smaller than the window ({Attributes}).");
    }
}
