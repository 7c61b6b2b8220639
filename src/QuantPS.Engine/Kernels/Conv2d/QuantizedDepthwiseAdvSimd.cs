using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution of codes in which each channel sees itself alone, by any window and any weights: 16 channels at a time, widened to
/// int16, for some pixels one after another. Padding is a pixel of zero points, so that the zero point goes into the start of all sums
/// alike. A unit is a row of pixels.
/// </summary>
internal sealed unsafe class QuantizedDepthwiseAdvSimd : Kernel, IRegionKernel
{
    private const int Lanes = 16;
    private const int MostPixels = 16;

    private readonly QuantizedConvSpec _spec;
    private readonly ConvGeometry _geometry;
    private readonly NativeMemoryBlock _packed;
    private readonly NativeMemoryBlock _start;
    private readonly NativeMemoryBlock _padding;
    private readonly RequantizeAdvSimd _requantize;

    public QuantizedDepthwiseAdvSimd(QuantizedConvSpec spec) : base($"{spec.Name}_depthwise", Int8, InstructionSet.AdvSimd)
    {
        (_spec, _geometry) = (spec, spec.Geometry);
        int channels = (_geometry.OutputChannels + Lanes - 1) / Lanes * Lanes;
        _packed = new NativeMemoryBlock((long)channels * _geometry.Taps * sizeof(short));
        _start = new NativeMemoryBlock(channels * sizeof(int));
        _requantize = new RequantizeAdvSimd(spec.Requantization);
        _padding = new NativeMemoryBlock(channels);
        new Span<byte>(_padding.Address, channels).Fill((byte)spec.InputZeroPoint);
        Pack();
    }

    public override int Grain => 1 + (1 << 15) / (_geometry.OutputWidth * _geometry.OutputChannels);

    /// <summary>The sums of some pixels, and the addresses of their taps.</summary>
    public override int ScratchBytes => MostPixels * (Lanes * sizeof(int) + _geometry.Taps * sizeof(byte*));

    public override int Units(int batch) => batch * _geometry.OutputHeight;

    public OutputRegion RegionOf(int first, int end)
    {
        int row = _geometry.OutputWidth * _geometry.OutputChannels;
        return OutputRegion.Of(first * row, end * row);
    }

    public override void Dispose()
    {
        _packed.Dispose();
        _start.Dispose();
        _padding.Dispose();
        _requantize.Dispose();
    }

    public override void Run(int first, int end, byte* scratch)
    {
        int channels = _geometry.OutputChannels, taps = _geometry.Taps, pitch = _spec.Output.Pitch;
        var sums = (int*)scratch;
        var addresses = (byte**)(scratch + MostPixels * Lanes * sizeof(int));
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, _geometry.OutputHeight);
            byte* image = _spec.Input.Address + (long)sample * _spec.Input.Elements;
            byte* line = _spec.Output.Address + (long)unit * _geometry.OutputWidth * pitch;
            for (int column = 0; column < _geometry.OutputWidth; column += MostPixels)
            {
                int pixels = Math.Min(MostPixels, _geometry.OutputWidth - column);
                for (int i = 0; i < pixels; i++) FindTaps(image, row, column + i, addresses + i * taps);
                byte* to = line + (long)column * pitch;
                for (int c = 0; c < channels; c += Lanes)
                {
                    Sum(addresses, pixels, taps, c, (short*)_packed.Address + (long)c * taps, (int*)_start.Address + c, sums);
                    _requantize.Store(sums, pixels, c, to + c, pitch, Math.Min(Lanes, channels - c));
                }
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
    private static void Sum(byte** addresses, int pixels, nint taps, nint channel, short* weights, int* start, int* sums)
    {
        for (; pixels > 0; pixels--, addresses += taps, sums += Lanes)
        {
            Vector128<int> s0 = AdvSimd.LoadVector128(start), s1 = AdvSimd.LoadVector128(start + 4);
            Vector128<int> s2 = AdvSimd.LoadVector128(start + 8), s3 = AdvSimd.LoadVector128(start + 12);
            short* w = weights;
            for (nint tap = 0; tap < taps; tap++, w += Lanes)
            {
                Vector128<byte> codes = AdvSimd.LoadVector128(addresses[tap] + channel);
                Vector128<short> high = AdvSimd.ZeroExtendWideningUpper(codes).AsInt16(), low = AdvSimd.ZeroExtendWideningLower(codes.GetLower()).AsInt16();
                Vector128<short> lowWeights = AdvSimd.LoadVector128(w), highWeights = AdvSimd.LoadVector128(w + 8);
                s3 = AdvSimd.MultiplyWideningUpperAndAdd(s3, high, highWeights);
                s2 = AdvSimd.MultiplyWideningLowerAndAdd(s2, high.GetLower(), highWeights.GetLower());
                s1 = AdvSimd.MultiplyWideningUpperAndAdd(s1, low, lowWeights);
                s0 = AdvSimd.MultiplyWideningLowerAndAdd(s0, low.GetLower(), lowWeights.GetLower());
            }
            AdvSimd.Store(sums, s0);
            AdvSimd.Store(sums + 4, s1);
            AdvSimd.Store(sums + 8, s2);
            AdvSimd.Store(sums + 12, s3);
        }
    }

    /// <summary>[16 channels][tap][channel].</summary>
    private void Pack()
    {
        var to = (short*)_packed.Address;
        var start = (int*)_start.Address;
        int taps = _geometry.Taps;
        for (int channel = 0; channel < _geometry.OutputChannels; channel++)
        {
            ReadOnlySpan<short> weight = _spec.Weight.Row(channel);
            for (int tap = 0; tap < taps; tap++) to[(channel / Lanes * taps + tap) * Lanes + channel % Lanes] = weight[tap];
            int sum = (int)CodeWeights.Sum(weight);
            start[channel] = unchecked(_spec.Requantization.IntegerBias[channel] - _spec.InputZeroPoint * sum);
        }
    }
}
