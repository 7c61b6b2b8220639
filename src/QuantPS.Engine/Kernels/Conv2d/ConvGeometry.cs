using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The sizes of a convolution of one sample. A linear layer is one of a single tap, whose rows are the pixels.</summary>
internal readonly record struct ConvGeometry(
    int InputHeight, int InputWidth, int InputChannels, int OutputHeight, int OutputWidth, int OutputChannels, Window2 Window, int Groups)
{
    public static ConvGeometry Of(Shape input, Shape output, Window2 window, int groups) =>
        new(input[2], input[3], input[1], output[2], output[3], output[1], window, groups);

    public static ConvGeometry OfLinear(Value input, Tensor weight)
    {
        (int inputs, int rows) = (weight.Shape[1], input.Elements / weight.Shape[1]);
        return new(1, rows, inputs, 1, rows, weight.Shape[0], new Window2(1, 1, 0), 1);
    }

    /// <summary>The input channels that an output channel sees.</summary>
    public int GroupInputs => InputChannels / Groups;

    /// <summary>The output channels of a group.</summary>
    public int GroupOutputs => OutputChannels / Groups;

    public int Taps => Window.Kernel.Height * Window.Kernel.Width;

    /// <summary>The products that one output sums.</summary>
    public int Depth => Taps * GroupInputs;

    public int OutputPixels => OutputHeight * OutputWidth;

    /// <summary>Whether each output channel sees its own input channel alone.</summary>
    public bool IsDepthwise => Groups == InputChannels && Groups == OutputChannels;

    /// <summary>Whether output pixels and input pixels are the same: the input's rows are the matrix.</summary>
    public bool IsPointwise => Window is { Kernel: { Height: 1, Width: 1 }, Stride: { Height: 1, Width: 1 }, Padding: { Height: 0, Width: 0 } };
}
