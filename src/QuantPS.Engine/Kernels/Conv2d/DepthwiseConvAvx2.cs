using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>32, 8 or 1 channels at a time.</summary>
internal sealed unsafe class DepthwiseConvAvx2(ConvSpec spec) : DepthwiseConvKernel(spec, InstructionSet.Avx2)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Pixel(in Taps taps, float* bias, float* to, int channels, float low, float high)
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
        // The last vector reaches back over channels that are done: the same sums again.
        for (; channels >= 8 && c < channels; c += 8)
        {
            int at = Math.Min(c, channels - 8);
            Vector256<float> sum = default;
            for (int y = 0; y < taps.Rows; y++)
            {
                float* x = taps.Input + y * taps.InputRow + at, w = taps.Weights + y * taps.WeightRow + at;
                for (int i = taps.Columns; i > 0; i--, x += taps.InputStep, w += taps.WeightStep)
                    sum = Fma.MultiplyAdd(Avx.LoadVector256(x), Avx.LoadVector256(w), sum);
            }
            Avx.Store(to + at, Avx.Min(highest, Avx.Max(lowest, Avx.Add(sum, Avx.LoadVector256(bias + at)))));
        }
        for (; c < channels; c++) to[c] = ClampScalar.Of(taps.Sum(c) + bias[c], low, high);
    }
}
