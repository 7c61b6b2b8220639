namespace QuantPS.Engine.Kernels;

/// <summary>The accumulator of a convolution of codes: the sum of (code - zero point) * weight, in 32 bits that wrap.</summary>
internal static unsafe class ExactSum
{
    /// <remarks>The image is one sample, NHWC; weights are codes minus their zero point: O, kernel height, kernel width, I.</remarks>
    public static int Of(in ConvGeometry g, byte* image, int zeroPoint, short[] weights, int row, int column, int output)
    {
        Window2 w = g.Window;
        int channel = output / g.GroupOutputs * g.GroupInputs;
        int sum = 0;
        for (int ky = 0; ky < w.Kernel.Height; ky++)
        {
            int y = row * w.Stride.Height - w.Padding.Height + ky * w.Dilation.Height;
            if ((uint)y >= (uint)g.InputHeight) continue;
            for (int kx = 0; kx < w.Kernel.Width; kx++)
            {
                int x = column * w.Stride.Width - w.Padding.Width + kx * w.Dilation.Width;
                if ((uint)x >= (uint)g.InputWidth) continue;
                byte* from = image + ((long)y * g.InputWidth + x) * g.InputChannels + channel;
                ReadOnlySpan<short> weight = weights.AsSpan((output * g.Taps + ky * w.Kernel.Width + kx) * g.GroupInputs, g.GroupInputs);
                for (int i = 0; i < weight.Length; i++) sum = unchecked(sum + (from[i] - zeroPoint) * weight[i]);
            }
        }
        return sum;
    }
}
