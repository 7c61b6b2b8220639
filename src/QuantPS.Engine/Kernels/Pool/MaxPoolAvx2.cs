using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class MaxPoolAvx2(MaxPoolSpec spec) : MaxPoolKernel(spec, Float32, InstructionSet.Avx2)
{
    protected override void Start(byte* to, int channels) => new Span<float>(to, channels).Fill(float.NegativeInfinity);

    protected override void Take(byte* from, byte* to, int channels)
    {
        float* x = (float*)from, largest = (float*)to;
        int c = 0;
        // The last vector reaches back over channels that are done, which changes nothing.
        for (; channels >= 8 && c < channels; c += 8)
        {
            int at = Math.Min(c, channels - 8);
            // The maximum instruction gives its second operand where one is NaN, and a NaN that is there must stay.
            Vector256<float> old = Avx.LoadVector256(largest + at), next = Avx.Max(old, Avx.LoadVector256(x + at));
            Avx.Store(largest + at, Avx.BlendVariable(next, old, Avx.CompareUnordered(old, old)));
        }
        for (; c < channels; c++)
            if (x[c] > largest[c] || float.IsNaN(x[c])) largest[c] = x[c];
    }
}
