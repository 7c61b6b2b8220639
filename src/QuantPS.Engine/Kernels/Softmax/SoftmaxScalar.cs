using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The definition, with its sum in double.</summary>
internal sealed unsafe class SoftmaxScalar(SoftmaxSpec spec) : SoftmaxKernel(spec, InstructionSet.Scalar)
{
    protected override void Softmax(float* from, float* to, int count) => Of(from, to, count);

    /// <summary>The softmax of a run, which may be in place.</summary>
    public static void Of(float* from, float* to, int count)
    {
        float highest = float.NegativeInfinity;
        for (int i = 0; i < count; i++) highest = MathF.Max(highest, from[i]);
        double sum = 0;
        for (int i = 0; i < count; i++) sum += to[i] = MathF.Exp(from[i] - highest);
        for (int i = 0; i < count; i++) to[i] = (float)(to[i] / sum);
    }
}
