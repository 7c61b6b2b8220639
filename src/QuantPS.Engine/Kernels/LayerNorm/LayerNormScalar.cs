using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The definition, with its sums in double.</summary>
internal sealed unsafe class LayerNormScalar(LayerNormSpec spec) : LayerNormKernel(spec, InstructionSet.Scalar)
{
    protected override void Normalize(float* from, float* addend, float* to, int count)
    {
        double sum = 0, squares = 0;
        for (int i = 0; i < count; i++) sum += to[i] = addend is null ? from[i] : from[i] + addend[i];
        double mean = sum / count;
        for (int i = 0; i < count; i++) squares += (to[i] - mean) * (to[i] - mean);
        double factor = 1 / Math.Sqrt(squares / count + Epsilon);
        for (int i = 0; i < count; i++) to[i] = (float)((to[i] - mean) * factor * Weight[i] + Bias[i]);
    }
}
