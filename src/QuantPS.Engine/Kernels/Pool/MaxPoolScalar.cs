using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class MaxPoolScalar(MaxPoolSpec spec) : MaxPoolKernel(spec, Float32, InstructionSet.Scalar)
{
    protected override void Start(byte* to, int channels) => new Span<float>(to, channels).Fill(float.NegativeInfinity);

    protected override void Take(byte* from, byte* to, int channels)
    {
        float* x = (float*)from, largest = (float*)to;
        for (int c = 0; c < channels; c++)
            if (x[c] > largest[c] || float.IsNaN(x[c])) largest[c] = x[c];
    }
}
