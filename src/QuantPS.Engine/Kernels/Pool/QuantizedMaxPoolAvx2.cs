using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedMaxPoolAvx2(MaxPoolSpec spec) : MaxPoolKernel(spec, Int8, InstructionSet.Avx2)
{
    protected override void Start(byte* to, int channels) => new Span<byte>(to, channels).Clear();

    protected override void Take(byte* from, byte* to, int channels)
    {
        int c = 0;
        for (; c + 32 <= channels; c += 32) Avx.Store(to + c, Avx2.Max(Avx.LoadVector256(to + c), Avx.LoadVector256(from + c)));
        // The last vector reaches back over channels that are done, which changes nothing.
        for (; channels >= 16 && c < channels; c += 16)
        {
            int at = Math.Min(c, channels - 16);
            Sse2.Store(to + at, Sse2.Max(Sse2.LoadVector128(to + at), Sse2.LoadVector128(from + at)));
        }
        for (; c < channels; c++) to[c] = Math.Max(to[c], from[c]);
    }
}
