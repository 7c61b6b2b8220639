namespace QuantPS.Engine;

/// <summary>
/// 2-D convolution (<c>torch.nn.Conv2d</c>). Inputs: image NCHW, weight O(I/groups)HW, and, where there is one, bias O.
/// </summary>
public sealed record Conv2d : Node
{
    /// <summary>Kernel, stride, padding and dilation.</summary>
    public required Window2 Window { get; init; }

    /// <summary>The number of groups; as many as channels for a depthwise convolution.</summary>
    public int Groups { get; init; } = 1;

    /// <inheritdoc/>
    public override string Operator => "conv2d";

    /// <inheritdoc/>
    public override string Attributes => Groups == 1 ? $"{Window}" : $"{Window}, groups {Groups}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, 4), weight = RequireRank(inputs, 1, 4);
        if (Groups < 1 || x[1] % Groups != 0 || weight[0] % Groups != 0 || weight[1] != x[1] / Groups)
            throw Fault($"a weight of {weight} with {Groups} groups does not fit {x[1]} input channels.");
        if (weight[2] != Window.Kernel.Height || weight[3] != Window.Kernel.Width)
            throw Fault($"a weight of {weight} does not fit a kernel of {Window.Kernel}.");
        if (inputs.Count > 2 && (inputs[2].Shape.Rank != 1 || inputs[2].Shape[0] != weight[0]))
            throw Fault($"a bias of {inputs[2].Shape} does not fit {weight[0]} output channels.");
        Size2 output = Window.Output(x[2], x[3]);
        if (output.Height < 1 || output.Width < 1)
            throw Fault($"an input of {x} is smaller than the kernel ({Attributes}).");
        return TensorType.Float([x[0], weight[0], output.Height, output.Width]);
    }
}
