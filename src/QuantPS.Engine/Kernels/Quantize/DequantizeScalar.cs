using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DequantizeScalar(DequantizeSpec spec) : ElementKernel("dequantize", Int8, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        (float scale, int zeroPoint) = DynamicParameters.Of(spec);
        for (int i = first; i < end; i++) spec.Output.Floats[i] = Codes.Dequantize(spec.Input.Address[i], scale, zeroPoint);
    }
}
