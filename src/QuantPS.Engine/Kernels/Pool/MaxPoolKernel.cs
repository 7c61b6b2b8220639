using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Finds the taps of each window inside the image. A unit is a row of pixels.</summary>
internal abstract unsafe class MaxPoolKernel(MaxPoolSpec spec, string precision, InstructionSet instructionSet)
    : Kernel("max_pool2d", precision, instructionSet)
{
    private readonly int _elementSize = spec.Output.Element.Size();

    public override int Grain => 1 + (1 << 15) / (spec.OutputWidth * spec.Channels * spec.Window.Kernel.Height * spec.Window.Kernel.Width);

    public override int Units(int batch) => batch * spec.OutputHeight;

    public override void Run(int first, int end, byte* scratch)
    {
        Window2 window = spec.Window;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, spec.OutputHeight);
            byte* image = spec.Input.Address + (long)sample * spec.Input.Elements * _elementSize;
            for (int column = 0; column < spec.OutputWidth; column++)
            {
                byte* to = spec.Output.Address + ((long)unit * spec.OutputWidth + column) * spec.Output.Pitch * _elementSize;
                Start(to, spec.Channels);
                for (int ky = 0; ky < window.Kernel.Height; ky++)
                {
                    int y = row * window.Stride.Height - window.Padding.Height + ky * window.Dilation.Height;
                    if ((uint)y >= (uint)spec.InputHeight) continue;
                    for (int kx = 0; kx < window.Kernel.Width; kx++)
                    {
                        int x = column * window.Stride.Width - window.Padding.Width + kx * window.Dilation.Width;
                        if ((uint)x < (uint)spec.InputWidth)
                            Take(image + ((long)y * spec.InputWidth + x) * spec.Channels * _elementSize, to, spec.Channels);
                    }
                }
            }
        }
    }

    /// <summary>Sets a pixel to the lowest value.</summary>
    protected abstract void Start(byte* to, int channels);

    /// <summary>Raises a pixel to another where that is larger.</summary>
    protected abstract void Take(byte* from, byte* to, int channels);
}
