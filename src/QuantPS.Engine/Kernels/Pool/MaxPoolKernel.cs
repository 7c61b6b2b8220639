using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Takes the largest of the rows of a window for a whole row of the image at once, then the largest of the neighbours that a pixel sees.
/// A unit is a row of pixels.
/// </summary>
internal abstract unsafe class MaxPoolKernel(MaxPoolSpec spec, string precision, InstructionSet instructionSet)
    : Kernel("max_pool2d", precision, instructionSet)
{
    private readonly Window2 _window = spec.Window;
    private readonly int _pixelBytes = spec.Channels * spec.Output.Element.Size();
    private readonly int _outputPitch = spec.Output.Pitch * spec.Output.Element.Size();

    /// <param name="From">The first.</param>
    /// <param name="Step">The bytes to the next.</param>
    /// <param name="Count">How many.</param>
    internal readonly record struct Taps(nint From, nint Step, int Count);

    public override int Grain => 1 + (1 << 15) / (spec.OutputWidth * spec.Channels * _window.Kernel.Height * _window.Kernel.Width);

    /// <summary>A row of the image.</summary>
    public override int ScratchBytes => spec.InputWidth * _pixelBytes;

    public override int Units(int batch) => batch * spec.OutputHeight;

    public override void Run(int first, int end, byte* scratch)
    {
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, spec.OutputHeight);
            byte* image = spec.Input.Address + (long)sample * spec.InputHeight * spec.InputWidth * _pixelBytes;
            int top = row * _window.Stride.Height - _window.Padding.Height;
            Take(Inside(image, spec.InputWidth * _pixelBytes, top, spec.InputHeight, _window.Kernel.Height, _window.Dilation.Height),
                scratch, spec.InputWidth * spec.Channels);
            TakeColumns(scratch, spec.Output.Address + (long)unit * spec.OutputWidth * _outputPitch);
        }
    }

    /// <summary>Writes the largest elements of taps, for some pixels.</summary>
    /// <param name="taps">Those of the first pixel, at least one.</param>
    /// <param name="to">The first pixel.</param>
    /// <param name="pixels">How many pixels.</param>
    /// <param name="stride">The bytes from a pixel's taps to those of the next.</param>
    /// <param name="pitch">The bytes from a pixel to the next.</param>
    /// <param name="elements">The elements of a pixel.</param>
    protected abstract void Largest(Taps taps, byte* to, int pixels, nint stride, nint pitch, int elements);

    /// <summary>Sets elements to the lowest value.</summary>
    protected abstract void Lowest(byte* to, int elements);

    private void TakeColumns(byte* row, byte* to)
    {
        int stride = _window.Stride.Width, width = _window.Kernel.Width, dilation = _window.Dilation.Width;
        for (int column = 0; column < spec.OutputWidth;)
        {
            int left = column * stride - _window.Padding.Width;
            Taps taps = Inside(row, _pixelBytes, left, spec.InputWidth, width, dilation);
            int room = spec.InputWidth - 1 - (width - 1) * dilation - left, pixels = 1;
            if (left >= 0 && room >= 0)
            {
                pixels = Math.Min(spec.OutputWidth - column, room / stride + 1);
                Largest(taps, to + (long)column * _outputPitch, pixels, stride * _pixelBytes, _outputPitch, spec.Channels);
            }
            else Take(taps, to + (long)column * _outputPitch, spec.Channels);
            column += pixels;
        }
    }

    private void Take(Taps taps, byte* to, int elements)
    {
        if (taps.Count > 0) Largest(taps, to, pixels: 1, 0, 0, elements);
        else Lowest(to, elements);
    }

    /// <summary>The taps of a window that lie inside.</summary>
    private static Taps Inside(byte* start, nint bytes, int first, int length, int taps, int dilation)
    {
        int skipped = first < 0 ? (-first + dilation - 1) / dilation : 0;
        int count = Math.Min(taps, (length - 1 - first + dilation) / dilation) - skipped;
        return new((nint)start + (first + skipped * dilation) * bytes, dilation * bytes, count);
    }
}
