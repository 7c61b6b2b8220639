using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution of codes in which each channel sees itself alone: 16 channels at a time, two taps interleaved for one vpmaddwd. Padding
/// is a pixel of zero points, so that the zero point goes into the start of all sums alike. A unit is a row of pixels.
/// </summary>
internal sealed unsafe class QuantizedDepthwiseAvx2 : Kernel, IRegionKernel
{
    private const int Lanes = 16;

    private readonly QuantizedConvSpec _spec;
    private readonly ConvGeometry _geometry;
    private readonly int _channels;
    private readonly int _pairs;
    private readonly NativeMemoryBlock _packed;
    private readonly NativeMemoryBlock _padding;
    private readonly RequantizeAvx2 _requantize;
    private readonly ConvRuns _runs;

    public QuantizedDepthwiseAvx2(QuantizedConvSpec spec) : base($"{spec.Name}_depthwise", Int8, InstructionSet.Avx2)
    {
        (_spec, _geometry) = (spec, spec.Geometry);
        _runs = new ConvRuns(_geometry);
        _channels = (_geometry.OutputChannels + Lanes - 1) / Lanes * Lanes;
        _pairs = (_geometry.Taps + 1) / 2;
        _packed = new NativeMemoryBlock((long)_channels * _pairs * 2 * sizeof(short));
        _padding = new NativeMemoryBlock(_channels);
        new Span<byte>(_padding.Address, _channels).Fill((byte)spec.InputZeroPoint);
        int[] starts = Pack(spec);
        _requantize = new RequantizeAvx2(spec.Requantization with { IntegerBias = starts }, spec.LargestSums());
    }

    public override int Grain => 1 + (1 << 15) / (_geometry.OutputWidth * _geometry.OutputChannels);

    /// <summary>The addresses of the taps of a pixel, an even number of them.</summary>
    public override int ScratchBytes => 2 * _pairs * sizeof(byte*);

    public override int Units(int batch) => batch * _geometry.OutputHeight;

    public override void Dispose()
    {
        _packed.Dispose();
        _padding.Dispose();
        _requantize.Dispose();
    }

    public OutputRegion RegionOf(int first, int end)
    {
        int row = _geometry.OutputWidth * _geometry.OutputChannels;
        return OutputRegion.Of(first * row, end * row);
    }

    public override void Run(int first, int end, byte* scratch)
    {
        var taps = (byte**)scratch;
        // The tap that makes the number even has weights of zero.
        taps[2 * _pairs - 1] = _padding.Address;
        byte* to = _spec.Output.Address + (long)first * _geometry.OutputWidth * _spec.Output.Pitch;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, _geometry.OutputHeight);
            byte* image = _spec.Input.Address + (long)sample * _spec.Input.Elements;
            int top = row * _geometry.Window.Stride.Height - _geometry.Window.Padding.Height;
            bool inside = top >= 0 && top + _geometry.Window.Dilation.Height * (_geometry.Window.Kernel.Height - 1) < _geometry.InputHeight;
            for (int column = 0; column < _geometry.OutputWidth; column++, to += _spec.Output.Pitch)
            {
                // The taps of a pixel inside a row are those of the pixel before it, moved.
                if (inside && _runs.IsInside(column - 1) && _runs.IsInside(column))
                    for (int t = 0; t < _geometry.Taps; t++) taps[t] += _runs.Step;
                else FindTaps(image, row, column, taps);
                Pixel(taps, to);
            }
        }
    }

    private void FindTaps(byte* image, int row, int column, byte** taps)
    {
        Window2 w = _geometry.Window;
        int left = column * w.Stride.Width - w.Padding.Width;
        for (int ky = 0; ky < w.Kernel.Height; ky++)
        {
            int y = row * w.Stride.Height - w.Padding.Height + ky * w.Dilation.Height;
            bool inside = (uint)y < (uint)_geometry.InputHeight;
            byte* line = image + (long)y * _geometry.InputWidth * _geometry.InputChannels;
            for (int kx = 0; kx < w.Kernel.Width; kx++)
            {
                int x = left + kx * w.Dilation.Width;
                *taps++ = inside && (uint)x < (uint)_geometry.InputWidth ? line + (long)x * _geometry.InputChannels : _padding.Address;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Pixel(byte** taps, byte* to)
    {
        var weights = (short*)_packed.Address;
        int channels = _geometry.OutputChannels;
        nint pairs = _pairs;
        for (int c = 0; c < channels; c += Lanes)
        {
            Vector256<int> low = Avx.LoadVector256(_requantize.Start + c), high = Avx.LoadVector256(_requantize.Start + c + 8);
            for (nint pair = 0; pair < pairs; pair++, weights += 2 * Lanes)
            {
                Vector128<byte> x = Sse2.LoadVector128(taps[2 * pair] + c), y = Sse2.LoadVector128(taps[2 * pair + 1] + c);
                low = Avx2.Add(low, Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Sse2.UnpackLow(x, y)), Avx.LoadVector256(weights)));
                high = Avx2.Add(high, Avx2.MultiplyAddAdjacent(Avx2.ConvertToVector256Int16(Sse2.UnpackHigh(x, y)), Avx.LoadVector256(weights + Lanes)));
            }
            RequantizeAvx2.StoreRow(to + c, _requantize.Apply(low, high, c), channels - c);
        }
    }

    /// <summary>Packs the weights as [16 channels][pair of taps][channel][2].</summary>
    /// <returns>What sums start from, with the zero point of the input in them.</returns>
    private int[] Pack(QuantizedConvSpec spec)
    {
        int[] starts = [.. spec.Requantization.IntegerBias];
        for (int c = 0; c < starts.Length; c++)
        {
            ReadOnlySpan<short> taps = spec.Weight.Row(c);
            short* to = (short*)_packed.Address + ((long)(c / Lanes) * _pairs * Lanes + c % Lanes) * 2;
            for (int t = 0; t < taps.Length; t++) to[(t >> 1) * 2 * Lanes + (t & 1)] = taps[t];
            starts[c] = unchecked(starts[c] - spec.InputZeroPoint * (int)CodeWeights.Sum(taps));
        }
        return starts;
    }
}
