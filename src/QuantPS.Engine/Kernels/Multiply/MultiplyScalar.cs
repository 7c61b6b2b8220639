using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class MultiplyScalar(MultiplySpec spec)
    : MultiplyKernel(spec.Left, spec.Right, spec.Output, Float32, InstructionSet.Scalar)
{
    protected override void Multiply(byte* left, byte* right, byte* to, int count)
    {
        for (int i = 0; i < count; i++) ((float*)to)[i] = ClampScalar.Of(((float*)left)[i] * ((float*)right)[i], spec.Low, spec.High);
    }
}
