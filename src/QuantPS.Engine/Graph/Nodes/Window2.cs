namespace QuantPS.Engine;

/// <summary>How a window moves over an image: the attributes that convolutions and pools share.</summary>
/// <param name="Kernel">The size of the window.</param>
/// <param name="Stride">The steps between windows.</param>
/// <param name="Padding">The padding on each side.</param>
/// <param name="Dilation">The distance between the window's taps.</param>
/// <param name="CeilMode">Whether a last window that overlaps the end counts, as in PyTorch's pools.</param>
public readonly record struct Window2(Size2 Kernel, Size2 Stride, Size2 Padding, Size2 Dilation, bool CeilMode = false)
{
    /// <summary>A window without dilation.</summary>
    public Window2(Size2 kernel, Size2 stride, Size2 padding) : this(kernel, stride, padding, 1) { }

    /// <summary>The number of windows over an image of the given size; not positive where none fits.</summary>
    public Size2 Output(int height, int width) => new(
        Output(height, Kernel.Height, Stride.Height, Padding.Height, Dilation.Height),
        Output(width, Kernel.Width, Stride.Width, Padding.Width, Dilation.Width));

    /// <inheritdoc/>
    public override string ToString()
    {
        string text = $"kernel {Kernel}, stride {Stride}";
        if (Padding != 0) text += $", padding {Padding}";
        if (Dilation != 1) text += $", dilation {Dilation}";
        if (CeilMode) text += ", ceil mode";
        return text;
    }

    private int Output(int size, int kernel, int stride, int padding, int dilation)
    {
        int room = size + 2 * padding - dilation * (kernel - 1) - 1;
        if (room < 0) return 0;
        int count = (CeilMode ? (room + stride - 1) / stride : room / stride) + 1;
        // PyTorch drops a window that would start in the padding behind the image.
        return CeilMode && (count - 1) * stride >= size + padding ? count - 1 : count;
    }
}
