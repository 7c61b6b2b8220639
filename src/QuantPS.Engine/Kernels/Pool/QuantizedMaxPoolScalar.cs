using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a row of pixels.</summary>
internal sealed unsafe class QuantizedMaxPoolScalar(MaxPoolSpec spec) : Kernel("max_pool2d", Int8, InstructionSet.Scalar)
{
    public override int Units(int batch) => batch * spec.OutputHeight;

    public override void Run(int first, int end, byte* scratch)
    {
        Window2 window = spec.Window;
        int channels = spec.Channels;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, spec.OutputHeight);
            byte* image = spec.Input.Address + (long)sample * spec.Input.Elements;
            for (int column = 0; column < spec.OutputWidth; column++)
            {
                byte* to = spec.Output.Address + ((long)unit * spec.OutputWidth + column) * channels;
                new Span<byte>(to, channels).Clear();
                for (int ky = 0; ky < window.Kernel.Height; ky++)
                {
                    int y = row * window.Stride.Height - window.Padding.Height + ky * window.Dilation.Height;
                    if ((uint)y >= (uint)spec.InputHeight) continue;
                    for (int kx = 0; kx < window.Kernel.Width; kx++)
                    {
                        int x = column * window.Stride.Width - window.Padding.Width + kx * window.Dilation.Width;
                        if ((uint)x >= (uint)spec.InputWidth) continue;
                        byte* from = image + ((long)y * spec.InputWidth + x) * channels;
                        for (int c = 0; c < channels; c++) to[c] = Math.Max(to[c], from[c]);
                    }
                }
            }
        }
    }
}
