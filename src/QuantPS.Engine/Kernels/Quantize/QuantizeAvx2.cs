using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizeAvx2(QuantizeSpec spec) : ElementKernel("quantize", Int8, InstructionSet.Avx2, spec.Output)
{
    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Input.Floats + first, spec.Output.Address + first, end - first, spec.InverseScale, spec.ZeroPoint);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(float* from, byte* to, int count, float inverseScale, int zeroPoint)
    {
        var quantizer = new CodesAvx2.Quantizer(inverseScale, zeroPoint);
        int i = 0;
        for (; i + 16 <= count; i += 16) Sse2.Store(to + i, quantizer.Apply(Avx.LoadVector256(from + i), Avx.LoadVector256(from + i + 8)));
        for (; i < count; i++) to[i] = Codes.Quantize(from[i], inverseScale, zeroPoint);
    }
}
