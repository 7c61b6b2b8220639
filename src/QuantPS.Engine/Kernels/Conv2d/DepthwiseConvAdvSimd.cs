using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>16, 4 or 1 channels at a time.</summary>
internal sealed unsafe class DepthwiseConvAdvSimd(ConvSpec spec) : DepthwiseConvKernel(spec, InstructionSet.AdvSimd)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Pixel(in Taps taps, float* bias, float* to, int channels, float low, float high)
    {
        int c = 0;
        nint inputStep = taps.InputStep, weightStep = taps.WeightStep;
        Vector128<float> lowest = Vector128.Create(low), highest = Vector128.Create(high);
        for (; c + 16 <= channels; c += 16)
        {
            Vector128<float> s0 = default, s1 = default, s2 = default, s3 = default;
            for (int y = 0; y < taps.Rows; y++)
            {
                float* x = taps.Input + y * taps.InputRow + c, w = taps.Weights + y * taps.WeightRow + c;
                for (int i = taps.Columns; i > 0; i--, x += inputStep, w += weightStep)
                {
                    s0 = AdvSimd.FusedMultiplyAdd(s0, AdvSimd.LoadVector128(x), AdvSimd.LoadVector128(w));
                    s1 = AdvSimd.FusedMultiplyAdd(s1, AdvSimd.LoadVector128(x + 4), AdvSimd.LoadVector128(w + 4));
                    s2 = AdvSimd.FusedMultiplyAdd(s2, AdvSimd.LoadVector128(x + 8), AdvSimd.LoadVector128(w + 8));
                    s3 = AdvSimd.FusedMultiplyAdd(s3, AdvSimd.LoadVector128(x + 12), AdvSimd.LoadVector128(w + 12));
                }
            }
            AdvSimd.Store(to + c, AdvSimd.Min(highest, AdvSimd.Max(lowest, AdvSimd.Add(s0, AdvSimd.LoadVector128(bias + c)))));
            AdvSimd.Store(to + c + 4, AdvSimd.Min(highest, AdvSimd.Max(lowest, AdvSimd.Add(s1, AdvSimd.LoadVector128(bias + c + 4)))));
            AdvSimd.Store(to + c + 8, AdvSimd.Min(highest, AdvSimd.Max(lowest, AdvSimd.Add(s2, AdvSimd.LoadVector128(bias + c + 8)))));
            AdvSimd.Store(to + c + 12, AdvSimd.Min(highest, AdvSimd.Max(lowest, AdvSimd.Add(s3, AdvSimd.LoadVector128(bias + c + 12)))));
        }
        // The last vector reaches back over channels that are done: the same sums again.
        for (; channels >= 4 && c < channels; c += 4)
        {
            int at = Math.Min(c, channels - 4);
            Vector128<float> sum = default;
            for (int y = 0; y < taps.Rows; y++)
            {
                float* x = taps.Input + y * taps.InputRow + at, w = taps.Weights + y * taps.WeightRow + at;
                for (int i = taps.Columns; i > 0; i--, x += inputStep, w += weightStep)
                    sum = AdvSimd.FusedMultiplyAdd(sum, AdvSimd.LoadVector128(x), AdvSimd.LoadVector128(w));
            }
            AdvSimd.Store(to + at, AdvSimd.Min(highest, AdvSimd.Max(lowest, AdvSimd.Add(sum, AdvSimd.LoadVector128(bias + at)))));
        }
        for (; c < channels; c++) to[c] = ClampScalar.Of(taps.Sum(c) + bias[c], low, high);
    }
}
