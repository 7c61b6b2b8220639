namespace QuantPS.Engine.Execution.Lowering;

/// <summary>Changes of layout, where an operator needs PyTorch's order.</summary>
internal static class Layouts
{
    /// <summary>The same value in PyTorch's order, and the operation that puts it so; none where it lies so already.</summary>
    public static (Value Value, Operation? Operation) ToPlain(Value value)
    {
        if (!value.ChannelsLast) return (value, null);
        Value plain = new($"({value.Name} as NCHW)", new(value.Element, value.Shape, value.Quantization), channelsLast: false);
        return (plain, Transpose(value, plain, []));
    }

    /// <summary>A value of an image whose order is PyTorch's, and the operation that gives the image from it; none where it lies so anyway.</summary>
    public static (Value Value, Operation? Operation) FromPlain(Value value)
    {
        if (!value.ChannelsLast) return (value, null);
        Value plain = new($"({value.Name} as NCHW)", new(value.Element, value.Shape, value.Quantization), channelsLast: false);
        return (plain, Transpose(plain, value, []));
    }

    /// <summary>Between NHWC and PyTorch's order.</summary>
    public static Operation Transpose(Value from, Value to, System.Collections.Immutable.ImmutableArray<Node> nodes)
    {
        Shape image = from.Shape.Rank == 4 ? from.Shape : to.Shape;
        (int channels, int pixels) = (image[1], image[2] * image[3]);
        (int rows, int columns) = from.ChannelsLast ? (pixels, channels) : (channels, pixels);
        return new(to, [from], nodes, kernels => kernels.Transpose(new(from, to, rows, columns)));
    }
}
