using System.Runtime.InteropServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Takes the largest of the rows of a window for a whole row of the image at once, then the largest of their neighbours, and of those
/// the pixels that the stride leaves. A unit is a row of pixels.
/// </summary>
internal abstract unsafe class MaxPoolKernel(MaxPoolSpec spec, string precision, InstructionSet instructionSet)
    : Kernel("max_pool2d", precision, instructionSet)
{
    private readonly int _pixelBytes = spec.Channels * spec.Output.Element.Size();
    private readonly int _rowBytes = (spec.InputWidth * spec.Channels * spec.Output.Element.Size() + 63) / 64 * 64;

    public override int Grain => 1 + (1 << 15) / (spec.OutputWidth * spec.Channels * spec.Window.Kernel.Height * spec.Window.Kernel.Width);

    /// <summary>Two rows of the image.</summary>
    public override int ScratchBytes => 2 * _rowBytes;

    public override int Units(int batch) => batch * spec.OutputHeight;

    public override void Run(int first, int end, byte* scratch)
    {
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, spec.OutputHeight);
            byte* image = spec.Input.Address + (long)sample * spec.Input.Elements * spec.Output.Element.Size();
            TakeRows(image, row, scratch);
            TakeColumns(scratch, scratch + _rowBytes, spec.Output.Address + (long)unit * spec.OutputWidth * spec.Output.Pitch * spec.Output.Element.Size());
        }
    }

    /// <summary>Sets pixels to the lowest value.</summary>
    protected abstract void Start(byte* to, int channels);

    /// <summary>Raises pixels to others where those are larger.</summary>
    protected abstract void Take(byte* from, byte* to, int channels);

    private void TakeRows(byte* image, int row, byte* largest)
    {
        Window2 w = spec.Window;
        int elements = spec.InputWidth * spec.Channels;
        bool started = false;
        for (int ky = 0; ky < w.Kernel.Height; ky++)
        {
            int y = row * w.Stride.Height - w.Padding.Height + ky * w.Dilation.Height;
            if ((uint)y >= (uint)spec.InputHeight) continue;
            byte* line = image + (long)y * spec.InputWidth * _pixelBytes;
            if (started) Take(line, largest, elements);
            else NativeMemory.Copy(line, largest, (nuint)((long)spec.InputWidth * _pixelBytes));
            started = true;
        }
        if (!started) Start(largest, elements);
    }

    private void TakeColumns(byte* rows, byte* neighbours, byte* to)
    {
        Window2 w = spec.Window;
        int pitch = spec.Output.Pitch * spec.Output.Element.Size(), reach = (w.Kernel.Width - 1) * w.Dilation.Width;
        if (reach < spec.InputWidth)
        {
            NativeMemory.Copy(rows, neighbours, (nuint)((long)(spec.InputWidth - reach) * _pixelBytes));
            for (int kx = 1; kx < w.Kernel.Width; kx++)
                Take(rows + (long)kx * w.Dilation.Width * _pixelBytes, neighbours, (spec.InputWidth - reach) * spec.Channels);
        }
        for (int column = 0; column < spec.OutputWidth; column++, to += pitch)
        {
            int left = column * w.Stride.Width - w.Padding.Width;
            if (left >= 0 && left + reach < spec.InputWidth)
            {
                NativeMemory.Copy(neighbours + (long)left * _pixelBytes, to, (nuint)_pixelBytes);
                continue;
            }
            Start(to, spec.Channels);
            for (int x = left; x <= left + reach; x += w.Dilation.Width)
                if ((uint)x < (uint)spec.InputWidth) Take(rows + (long)x * _pixelBytes, to, spec.Channels);
        }
    }
}
