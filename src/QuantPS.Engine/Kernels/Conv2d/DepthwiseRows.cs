namespace QuantPS.Engine.Kernels;

/// <summary>The taps of a depthwise convolution that lie inside the image along one dimension.</summary>
internal static class DepthwiseRows
{
    /// <summary>The first tap inside, and the one after the last.</summary>
    public static (int First, int End) Inside(int position, int dilation, int taps, int size)
    {
        int first = position >= 0 ? 0 : (-position + dilation - 1) / dilation;
        int end = position >= size ? 0 : (size - position + dilation - 1) / dilation;
        return (Math.Min(first, taps), Math.Clamp(end, Math.Min(first, taps), taps));
    }
}
