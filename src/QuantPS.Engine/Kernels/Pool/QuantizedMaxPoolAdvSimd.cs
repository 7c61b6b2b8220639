using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedMaxPoolAdvSimd(MaxPoolSpec spec) : MaxPoolKernel(spec, Int8, InstructionSet.AdvSimd)
{
    protected override void Start(byte* to, int channels) => new Span<byte>(to, channels).Clear();

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Take(byte* from, byte* to, int channels)
    {
        int c = 0;
        // The last vector reaches back over channels that are done, which changes nothing.
        for (; channels >= 16 && c < channels; c += 16)
        {
            int at = Math.Min(c, channels - 16);
            AdvSimd.Store(to + at, AdvSimd.Max(AdvSimd.LoadVector128(to + at), AdvSimd.LoadVector128(from + at)));
        }
        for (; c < channels; c++) to[c] = Math.Max(to[c], from[c]);
    }
}
