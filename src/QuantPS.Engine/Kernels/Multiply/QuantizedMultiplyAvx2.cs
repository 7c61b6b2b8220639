using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>In float, which holds the products of codes exactly. The last vector reaches back over codes that are done.</summary>
internal sealed unsafe class QuantizedMultiplyAvx2(QuantizedMultiplySpec spec)
    : MultiplyKernel(spec.Left, spec.Right, spec.Output, Int8, InstructionSet.Avx2)
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
        Vector256<int> leftZero = Vector256.Create(spec.Left.Quantization!.ZeroPoint), rightZero = Vector256.Create(spec.Right.Quantization!.ZeroPoint);
        var quantizer = new CodesAvx2.Quantizer(spec.Factor, spec.Output.Quantization!.ZeroPoint, spec.Range.Low, spec.Range.High);
        for (int i = 0; i < count; i += Lanes)
        {
            int at = Math.Min(i, count - Lanes);
            Sse2.Store(to + at, quantizer.Apply(
                Avx.Multiply(CodesAvx2.Centered(left + at, leftZero), CodesAvx2.Centered(right + at, rightZero)),
                Avx.Multiply(CodesAvx2.Centered(left + at + 8, leftZero), CodesAvx2.Centered(right + at + 8, rightZero))));
        }
    }
}
