using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>In float, which holds the products of codes exactly. The last vector reaches back over codes that are done.</summary>
internal sealed unsafe class QuantizedMultiplyAdvSimd(QuantizedMultiplySpec spec)
    : MultiplyKernel(spec.Left, spec.Right, spec.Output, Int8, InstructionSet.AdvSimd)
{
    private const int Lanes = 16;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Multiply(byte* left, byte* right, byte* to, int count)
    {
        if (count < Lanes)
        {
            QuantizedMultiplyScalar.Run(spec, left, right, to, count);
            return;
        }
        Vector128<byte> leftZero = Vector128.Create((byte)spec.Left.Quantization!.ZeroPoint), rightZero = Vector128.Create((byte)spec.Right.Quantization!.ZeroPoint);
        var quantizer = new CodesAdvSimd.Quantizer(spec.Factor, spec.Output.Quantization!.ZeroPoint, spec.Range.Low, spec.Range.High);
        for (int i = 0; i < count; i += Lanes)
        {
            int at = Math.Min(i, count - Lanes);
            var x = new CodesAdvSimd.Centered(AdvSimd.LoadVector128(left + at), leftZero);
            var y = new CodesAdvSimd.Centered(AdvSimd.LoadVector128(right + at), rightZero);
            AdvSimd.Store(to + at, quantizer.Apply(
                AdvSimd.Multiply(x.A, y.A), AdvSimd.Multiply(x.B, y.B), AdvSimd.Multiply(x.C, y.C), AdvSimd.Multiply(x.D, y.D)));
        }
    }
}
