using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A convolution in which each channel sees itself alone: 32, 8 or 1 channels at a time. A unit is a row of pixels.</summary>
internal sealed unsafe class DepthwiseConvAvx2 : Kernel
{
    private readonly ConvSpec _spec;
    private readonly ConvGeometry _geometry;
    private readonly NativeMemoryBlock _packed;

    public DepthwiseConvAvx2(ConvSpec spec) : base($"{spec.Name}_depthwise", Float32, InstructionSet.Avx2)
    {
        (_spec, _geometry) = (spec, spec.Geometry);
        int channels = _geometry.OutputChannels, taps = _geometry.Taps;
        _packed = new NativeMemoryBlock((long)channels * (taps + 1) * sizeof(float));
        float* to = (float*)_packed.Address;
        for (int t = 0; t < taps; t++)
            for (int c = 0; c < channels; c++)
                to[t * channels + c] = spec.Weight[c * taps + t];
        spec.Bias.CopyTo(new Span<float>(to + (long)taps * channels, channels));
    }

    public override int Grain => 1 + (1 << 15) / (_geometry.OutputWidth * _geometry.OutputChannels * _geometry.Taps);

    public override int Units(int batch) => batch * _geometry.OutputHeight;

    public override void Dispose() => _packed.Dispose();

    public override void Run(int first, int end, byte* scratch)
    {
        ConvGeometry g = _geometry;
        Window2 w = g.Window;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, g.OutputHeight);
            int top = row * w.Stride.Height - w.Padding.Height;
            (int firstY, int endY) = DepthwiseRows.Inside(top, w.Dilation.Height, w.Kernel.Height, g.InputHeight);
            float* image = _spec.Input.Floats + (long)sample * _spec.Input.Elements;
            for (int column = 0; column < g.OutputWidth; column++)
            {
                int left = column * w.Stride.Width - w.Padding.Width;
                (int firstX, int endX) = DepthwiseRows.Inside(left, w.Dilation.Width, w.Kernel.Width, g.InputWidth);
                var taps = new Taps
                {
                    Input = image + ((long)(top + firstY * w.Dilation.Height) * g.InputWidth + left + firstX * w.Dilation.Width) * g.InputChannels,
                    Weights = (float*)_packed.Address + (long)(firstY * w.Kernel.Width + firstX) * g.OutputChannels,
                    Rows = endY - firstY,
                    Columns = endX - firstX,
                    InputStep = (nint)w.Dilation.Width * g.InputChannels,
                    InputRow = (nint)w.Dilation.Height * g.InputWidth * g.InputChannels,
                    WeightStep = g.OutputChannels,
                    WeightRow = (nint)w.Kernel.Width * g.OutputChannels,
                };
                Pixel(taps, (float*)_packed.Address + (long)g.Taps * g.OutputChannels,
                    _spec.Output.Floats + ((long)unit * g.OutputWidth + column) * _spec.Output.Pitch, g.OutputChannels, _spec.Low, _spec.High);
            }
        }
    }

    /// <summary>The taps of one pixel that lie inside the image.</summary>
    private struct Taps
    {
        public float* Input;
        public float* Weights;
        public int Rows;
        public int Columns;
        public nint InputStep;
        public nint InputRow;
        public nint WeightStep;
        public nint WeightRow;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Pixel(in Taps taps, float* bias, float* to, int channels, float low, float high)
    {
        int c = 0;
        Vector256<float> lowest = Vector256.Create(low), highest = Vector256.Create(high);
        for (; c + 32 <= channels; c += 32)
        {
            Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int y = 0; y < taps.Rows; y++)
            {
                float* x = taps.Input + y * taps.InputRow + c, w = taps.Weights + y * taps.WeightRow + c;
                for (int i = taps.Columns; i > 0; i--, x += taps.InputStep, w += taps.WeightStep)
                {
                    s0 = Fma.MultiplyAdd(Avx.LoadVector256(x), Avx.LoadVector256(w), s0);
                    s1 = Fma.MultiplyAdd(Avx.LoadVector256(x + 8), Avx.LoadVector256(w + 8), s1);
                    s2 = Fma.MultiplyAdd(Avx.LoadVector256(x + 16), Avx.LoadVector256(w + 16), s2);
                    s3 = Fma.MultiplyAdd(Avx.LoadVector256(x + 24), Avx.LoadVector256(w + 24), s3);
                }
            }
            Avx.Store(to + c, Avx.Min(highest, Avx.Max(lowest, Avx.Add(s0, Avx.LoadVector256(bias + c)))));
            Avx.Store(to + c + 8, Avx.Min(highest, Avx.Max(lowest, Avx.Add(s1, Avx.LoadVector256(bias + c + 8)))));
            Avx.Store(to + c + 16, Avx.Min(highest, Avx.Max(lowest, Avx.Add(s2, Avx.LoadVector256(bias + c + 16)))));
            Avx.Store(to + c + 24, Avx.Min(highest, Avx.Max(lowest, Avx.Add(s3, Avx.LoadVector256(bias + c + 24)))));
        }
        for (; c + 8 <= channels; c += 8)
        {
            Vector256<float> sum = default;
            for (int y = 0; y < taps.Rows; y++)
            {
                float* x = taps.Input + y * taps.InputRow + c, w = taps.Weights + y * taps.WeightRow + c;
                for (int i = taps.Columns; i > 0; i--, x += taps.InputStep, w += taps.WeightStep)
                    sum = Fma.MultiplyAdd(Avx.LoadVector256(x), Avx.LoadVector256(w), sum);
            }
            Avx.Store(to + c, Avx.Min(highest, Avx.Max(lowest, Avx.Add(sum, Avx.LoadVector256(bias + c)))));
        }
        for (; c < channels; c++)
        {
            float sum = 0;
            for (int y = 0; y < taps.Rows; y++)
                for (int i = 0; i < taps.Columns; i++)
                    sum = MathF.FusedMultiplyAdd(
                        taps.Input[y * taps.InputRow + i * taps.InputStep + c], taps.Weights[y * taps.WeightRow + i * taps.WeightStep + c], sum);
            to[c] = ClampScalar.Of(sum + bias[c], low, high);
        }
    }
}
