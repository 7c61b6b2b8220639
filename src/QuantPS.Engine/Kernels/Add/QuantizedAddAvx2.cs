using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedAddAvx2(QuantizedAddSpec spec) : ElementKernel("add", Int8, InstructionSet.Avx2, spec.Output)
{
    private readonly QuantizedAddScalar _tail = new(spec);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Run(int first, int end, byte* scratch)
    {
        (float leftScale, float rightScale) = (spec.Left.Quantization!.Scale, spec.Right.Quantization!.Scale);
        Vector256<float> ofLeft = Vector256.Create(leftScale), ofRight = Vector256.Create(rightScale);
        Vector256<float> leftZero = Vector256.Create(-(leftScale * spec.Left.Quantization.ZeroPoint));
        Vector256<float> rightZero = Vector256.Create(-(rightScale * spec.Right.Quantization.ZeroPoint));
        var quantizer = new CodesAvx2.Quantizer(
            1 / spec.Output.Quantization!.Scale, spec.Output.Quantization.ZeroPoint, spec.Range.Low, spec.Range.High);
        byte* left = spec.Left.Address, right = spec.Right.Address, to = spec.Output.Address;
        int i = first;
        for (; i + 16 <= end; i += 16)
            Sse2.Store(to + i, quantizer.Apply(
                Avx.Add(Real(left + i, ofLeft, leftZero), Real(right + i, ofRight, rightZero)),
                Avx.Add(Real(left + i + 8, ofLeft, leftZero), Real(right + i + 8, ofRight, rightZero))));
        _tail.Run(i, end, scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Real(byte* codes, Vector256<float> scale, Vector256<float> zero) =>
        Fma.MultiplyAdd(Avx.ConvertToVector256Single(Avx2.ConvertToVector256Int32(codes)), scale, zero);
}
