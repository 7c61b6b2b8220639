using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The definition, with its sums in double.</summary>
internal sealed unsafe class AttentionScalar(AttentionSpec spec) : AttentionKernel(spec, InstructionSet.Scalar)
{
    public override int ScratchBytes => Spec.MaxSteps * sizeof(float);

    protected override void Attend(float* query, float* key, float* content, long* mask, float* to, int queries, int steps, float* scratch)
    {
        int pitch = Spec.Features;
        for (int row = 0; row < queries; row++, query += pitch, to += pitch)
        {
            for (int step = 0; step < steps; step++)
            {
                double product = 0;
                for (int i = 0; i < Spec.HeadFeatures; i++) product += query[i] * key[(nint)step * pitch + i];
                scratch[step] = (float)(product * Spec.Scale) + (mask is null || mask[step] != 0 ? 0 : float.MinValue);
            }
            SoftmaxScalar.Of(scratch, scratch, steps);
            for (int i = 0; i < Spec.HeadFeatures; i++)
            {
                double sum = 0;
                for (int step = 0; step < steps; step++) sum += scratch[step] * content[(nint)step * pitch + i];
                to[i] = (float)sum;
            }
        }
    }
}
