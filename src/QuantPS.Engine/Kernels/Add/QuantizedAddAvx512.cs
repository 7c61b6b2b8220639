using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedAddAvx512(QuantizedAddSpec spec) : ElementKernel("add", Int8, InstructionSet.Avx512BW, spec.Output)
{
    private const int Lanes = 16;

    private readonly QuantizedAddScalar _tail = new(spec);
    private readonly bool _clampFloats = !spec.StaysInInt32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public override void Run(int first, int end, byte* scratch)
    {
        (QuantParams ofLeft, QuantParams ofRight, QuantParams ofSum) = (spec.Left.Quantization!, spec.Right.Quantization!, spec.Output.Quantization!);
        Vector512<float> leftScale = Vector512.Create(ofLeft.Scale), leftZero = Vector512.Create(-(ofLeft.Scale * ofLeft.ZeroPoint));
        Vector512<float> rightScale = Vector512.Create(ofRight.Scale), rightZero = Vector512.Create(-(ofRight.Scale * ofRight.ZeroPoint));
        Vector512<float> inverse = Vector512.Create(1 / ofSum.Scale);
        Vector512<float> lowReal = Vector512.Create((float)(spec.Range.Low - ofSum.ZeroPoint)), highReal = Vector512.Create((float)(spec.Range.High - ofSum.ZeroPoint));
        Vector512<int> zeroPoint = Vector512.Create(ofSum.ZeroPoint), low = Vector512.Create((int)spec.Range.Low), high = Vector512.Create((int)spec.Range.High);
        byte* left = spec.Left.Address, right = spec.Right.Address, to = spec.Output.Address;
        bool clamp = _clampFloats;
        int i = first;
        for (; i + Lanes <= end; i += Lanes)
        {
            Vector512<float> real = Avx512F.Multiply(Avx512F.Add(Real(left + i, leftScale, leftZero), Real(right + i, rightScale, rightZero)), inverse);
            if (clamp) real = Avx512F.Max(Avx512F.Min(real, highReal), lowReal);
            Vector512<int> codes = Avx512F.Add(Avx512F.ConvertToVector512Int32(real), zeroPoint);
            Sse2.Store(to + i, Avx512F.ConvertToVector128Byte(Avx512F.Min(Avx512F.Max(codes, low), high)));
        }
        _tail.Run(i, end, scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Real(byte* codes, Vector512<float> scale, Vector512<float> zero) =>
        Avx512F.FusedMultiplyAdd(Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(Sse2.LoadVector128(codes))), scale, zero);
}
