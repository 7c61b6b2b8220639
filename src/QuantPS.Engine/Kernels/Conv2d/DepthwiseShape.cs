namespace QuantPS.Engine.Kernels;

/// <summary>What a routine of a depthwise convolution is emitted for. Equal shapes share one routine.</summary>
/// <param name="Rows">The output rows that it computes at once: 1 or 2.</param>
/// <param name="Channels">The channels of a block: 64, 32, or up to 16.</param>
/// <param name="TotalChannels">The channels of a pixel.</param>
/// <param name="OutputPitch">The bytes from the codes of an output pixel to those of the next.</param>
/// <param name="InputWidth">The pixels of an input row.</param>
/// <param name="OutputWidth">The pixels of an output row.</param>
/// <param name="KernelHeight">The rows of the kernel: up to 4, less the stride where two rows are computed.</param>
/// <param name="KernelWidth">The columns of the kernel: up to 3.</param>
/// <param name="Stride">The columns from a pixel to the next.</param>
/// <param name="Left">The columns of padding on the left.</param>
/// <param name="Tail">How sums become codes.</param>
internal sealed record DepthwiseShape(
    int Rows, int Channels, int TotalChannels, int OutputPitch, int InputWidth, int OutputWidth, int KernelHeight, int KernelWidth, int Stride, int Left,
    ConvTailShape Tail)
{
    /// <summary>The vectors of a block: a quarter of the channels each, widened to 32 bits.</summary>
    public const int Vectors = 4;
    public const int MostInputRows = 4;
    public const int MostRows = 2;
    private const int MostKernelWidth = 3;

    /// <summary>The bytes of a vector: also those of the codes of all channels of a block.</summary>
    public int VectorBytes => Math.Max(16, Channels);

    /// <summary>The bytes of the weights of a block, which are there for two rows.</summary>
    public int WeightBytes => KernelWidth * MostRows * Vectors * VectorBytes;

    public int NumberBytes => PanelNumbers.Kinds * Vectors * VectorBytes;

    /// <summary>The channel of a block in each lane of its vectors; -1 for none.</summary>
    public int[] ChannelOrder()
    {
        int lanes = VectorBytes / 4;
        var order = new int[Vectors * lanes];
        for (int i = 0; i < order.Length; i++)
        {
            (int v, int lane) = Math.DivRem(i, lanes);
            int channel = lane / 4 * 16 + 4 * v + lane % 4;
            order[i] = channel < Channels ? channel : -1;
        }
        return order;
    }

    /// <summary>Whether there are routines for a convolution.</summary>
    public static bool Takes(QuantizedConvSpec spec) =>
        spec.Geometry is { IsDepthwise: true, Window: { Dilation: { Height: 1, Width: 1 } } w }
        && w.Kernel.Height <= MostInputRows && w.Kernel.Width <= MostKernelWidth
        && w.Stride.Width <= w.Kernel.Width && w.Padding.Width <= w.Kernel.Width - w.Stride.Width
        && spec.Add is null && spec.HasByteWeights;

    /// <summary>How many output rows fit into the four input rows of a quadruple.</summary>
    public static int RowsFor(Window2 window) => window.Kernel.Height + window.Stride.Height <= MostInputRows ? MostRows : 1;
}
