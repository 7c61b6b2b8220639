using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DynamicQuantizeAvx2(DynamicQuantizeSpec spec) : DynamicQuantizeKernel(spec, InstructionSet.Avx2)
{
    private readonly QuantizationBackend _backend = spec.Backend;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override int Quantize(float* from, byte* to, int count, float inverse, int zeroPoint)
    {
        Vector256<float> factor = Vector256.Create(inverse), zero = Vector256.Create((float)zeroPoint);
        int i = 0;
        for (; i + 16 <= count; i += 16)
        {
            Vector256<short> words = Avx2.PackSignedSaturate(
                Codes(Avx.LoadVector256(from + i), factor, zero), Codes(Avx.LoadVector256(from + i + 8), factor, zero));
            words = Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16();
            Sse2.Store(to + i, Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper()));
        }
        return i;
    }

    /// <summary>The new value comes first in each comparison, so that a NaN leaves the range as it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override (float Min, float Max) Range(float* values, int count)
    {
        Vector256<float> min0 = default, min1 = default, min2 = default, min3 = default, max0 = default, max1 = default, max2 = default, max3 = default;
        int i = 0;
        for (; i + 32 <= count; i += 32)
        {
            Vector256<float> a = Avx.LoadVector256(values + i), b = Avx.LoadVector256(values + i + 8);
            Vector256<float> c = Avx.LoadVector256(values + i + 16), d = Avx.LoadVector256(values + i + 24);
            (min0, min1, min2, min3) = (Avx.Min(a, min0), Avx.Min(b, min1), Avx.Min(c, min2), Avx.Min(d, min3));
            (max0, max1, max2, max3) = (Avx.Max(a, max0), Avx.Max(b, max1), Avx.Max(c, max2), Avx.Max(d, max3));
        }
        Vector256<float> lowest = Avx.Min(Avx.Min(min0, min1), Avx.Min(min2, min3)), highest = Avx.Max(Avx.Max(max0, max1), Avx.Max(max2, max3));
        (float min, float max) = (0, 0);
        for (int lane = 0; lane < 8; lane++) (min, max) = (Math.Min(min, lowest[lane]), Math.Max(max, highest[lane]));
        return Widen(min, max, values + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Codes(Vector256<float> values, Vector256<float> inverse, Vector256<float> zeroPoint)
    {
        Vector256<float> codes = _backend switch
        {
            QuantizationBackend.Qnnpack => Avx.Add(Avx.RoundToNearestInteger(Avx.Multiply(values, inverse)), zeroPoint),
            QuantizationBackend.Onednn => Avx.Add(Avx.Multiply(values, inverse), zeroPoint),
            _ => Fma.MultiplyAdd(values, inverse, zeroPoint),
        };
        return Avx.ConvertToVector256Int32(Avx.Max(Avx.Min(codes, Vector256.Create(255f)), Vector256<float>.Zero));
    }
}
