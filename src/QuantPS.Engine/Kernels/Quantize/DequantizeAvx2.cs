using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DequantizeAvx2(DequantizeSpec spec) : ElementKernel("dequantize", Int8, InstructionSet.Avx2, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        (float scale, int zeroPoint) = DynamicParameters.Of(spec);
        var dequantizer = new CodesAvx2.Dequantizer(scale, zeroPoint);
        int i = first;
        for (; i + 8 <= end; i += 8) Avx.Store(spec.Output.Floats + i, dequantizer.Apply(spec.Input.Address + i));
        for (; i < end; i++) spec.Output.Floats[i] = Codes.Dequantize(spec.Input.Address[i], scale, zeroPoint);
    }
}
