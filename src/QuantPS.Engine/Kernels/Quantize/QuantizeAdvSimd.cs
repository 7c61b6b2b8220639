using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizeAdvSimd(QuantizeSpec spec) : ElementKernel("quantize", Int8, InstructionSet.AdvSimd, spec.Output)
{
    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Input.Floats + first, spec.Output.Address + first, end - first, spec.InverseScale, spec.ZeroPoint);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(float* from, byte* to, int count, float inverseScale, int zeroPoint)
    {
        var quantizer = new CodesAdvSimd.Quantizer(inverseScale, zeroPoint);
        int i = 0;
        for (; i + 16 <= count; i += 16) AdvSimd.Store(to + i, quantizer.Apply(from + i));
        for (; i < count; i++) to[i] = Codes.Quantize(from[i], inverseScale, zeroPoint);
    }
}
