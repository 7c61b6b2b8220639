using System.Runtime.InteropServices;

namespace QuantPS.Engine.Kernels;

/// <summary>What a routine of a depthwise convolution is called with.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DepthwiseArguments
{
    /// <summary>The input rows at the first channel of the first block; where a row is padding, one of zero points.</summary>
    public byte* Row0;
    public byte* Row1;
    public byte* Row2;
    public byte* Row3;
    /// <summary>The first output row, at the same channel.</summary>
    public byte* Output;
    public sbyte* Weights;
    public byte* Numbers;
    public byte* Constants;
    /// <summary>The number of blocks of channels, at least 1.</summary>
    public long Blocks;
}
