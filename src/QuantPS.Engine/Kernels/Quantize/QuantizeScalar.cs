using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizeScalar(QuantizeSpec spec) : ElementKernel("quantize", Int8, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        for (int i = first; i < end; i++) spec.Output.Address[i] = Codes.Quantize(spec.Input.Floats[i], spec.InverseScale, spec.ZeroPoint);
    }
}
