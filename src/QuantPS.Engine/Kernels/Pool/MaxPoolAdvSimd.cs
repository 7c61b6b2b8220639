using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The maximum instruction of Arm passes a NaN on, as PyTorch does.</summary>
internal sealed unsafe class MaxPoolAdvSimd(MaxPoolSpec spec) : MaxPoolKernel(spec, Float32, InstructionSet.AdvSimd)
{
    protected override void Start(byte* to, int channels) => new Span<float>(to, channels).Fill(float.NegativeInfinity);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Take(byte* from, byte* to, int channels)
    {
        float* x = (float*)from, largest = (float*)to;
        int c = 0;
        // The last vector reaches back over channels that are done, which changes nothing.
        for (; channels >= 4 && c < channels; c += 4)
        {
            int at = Math.Min(c, channels - 4);
            AdvSimd.Store(largest + at, AdvSimd.Max(AdvSimd.LoadVector128(largest + at), AdvSimd.LoadVector128(x + at)));
        }
        for (; c < channels; c++)
            if (x[c] > largest[c] || float.IsNaN(x[c])) largest[c] = x[c];
    }
}
