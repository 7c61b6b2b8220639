using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedMaxPoolScalar(MaxPoolSpec spec) : MaxPoolKernel(spec, Int8, InstructionSet.Scalar)
{
    protected override void Start(byte* to, int channels) => new Span<byte>(to, channels).Clear();

    protected override void Take(byte* from, byte* to, int channels)
    {
        for (int c = 0; c < channels; c++) to[c] = Math.Max(to[c], from[c]);
    }
}
