using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DequantizeAdvSimd(DequantizeSpec spec) : ElementKernel("dequantize", Int8, InstructionSet.AdvSimd, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        (float scale, int zeroPoint) = DynamicParameters.Of(spec);
        Run(spec.Input.Address + first, spec.Output.Floats + first, end - first, scale, zeroPoint);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run(byte* from, float* to, int count, float scale, int zeroPoint)
    {
        Vector128<float> factor = Vector128.Create(scale);
        Vector128<byte> zero = Vector128.Create((byte)zeroPoint);
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            var centered = new CodesAdvSimd.Centered(AdvSimd.LoadVector128(from + i), zero);
            AdvSimd.Store(to + i, AdvSimd.Multiply(factor, centered.A));
            AdvSimd.Store(to + i + 4, AdvSimd.Multiply(factor, centered.B));
            AdvSimd.Store(to + i + 8, AdvSimd.Multiply(factor, centered.C));
            AdvSimd.Store(to + i + 12, AdvSimd.Multiply(factor, centered.D));
        }
        for (; i < count; i++) to[i] = Codes.Dequantize(from[i], scale, zeroPoint);
    }
}
