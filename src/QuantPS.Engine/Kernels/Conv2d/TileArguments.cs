using System.Runtime.InteropServices;

namespace QuantPS.Engine.Kernels;

/// <summary>What a convolution's tile routine is called with: a line of tiles of pixels, one panel of output channels.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TileArguments
{
    /// <summary>The first input byte of the first pixel.</summary>
    public byte* Input;
    /// <summary>The first output code of the first pixel.</summary>
    public byte* Output;
    /// <summary>The packed weights of the panel.</summary>
    public sbyte* Weights;
    /// <summary>The panel's starts of the sums, scales, biases and factors: <see cref="PanelNumbers"/>.</summary>
    public byte* Numbers;
    /// <summary>What all panels share: <see cref="TileConstants"/>.</summary>
    public byte* Constants;
    /// <summary>The distances of the runs of a pixel from its first byte.</summary>
    public long* Runs;
    /// <summary>The first code to add of the first pixel, where sums are fused.</summary>
    public byte* Addend;
    /// <summary>The number of tiles, at least 1.</summary>
    public long Tiles;
}
