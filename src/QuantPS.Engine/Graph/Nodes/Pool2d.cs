namespace QuantPS.Engine;

/// <summary>What pools over windows of an image share: the window, and the size that comes of it.</summary>
public abstract record Pool2d : Node
{
    /// <summary>Kernel, stride, padding and dilation.</summary>
    public required Window2 Window { get; init; }

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
