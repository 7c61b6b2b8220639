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
        for (; c + 16 <= channels; c += 16) AdvSimd.Store(to + c, AdvSimd.Max(AdvSimd.LoadVector128(to + c), AdvSimd.LoadVector128(from + c)));
        for (; c < channels; c++) to[c] = Math.Max(to[c], from[c]);
    }
}
