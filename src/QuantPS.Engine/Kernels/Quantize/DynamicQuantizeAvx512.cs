using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DynamicQuantizeAvx512(DynamicQuantizeSpec spec) : DynamicQuantizeKernel(spec, InstructionSet.Avx512BW)
{
    private const byte ToNearest = 8;

    private readonly QuantizationBackend _backend = spec.Backend;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override int Quantize(float* from, byte* to, int count, float inverse, int zeroPoint)
    {
        Vector512<float> factor = Vector512.Create(inverse), zero = Vector512.Create((float)zeroPoint);
        int i = 0;
        for (; i + 16 <= count; i += 16) Sse2.Store(to + i, Avx512F.ConvertToVector128Byte(Codes(Avx512F.LoadVector512(from + i), factor, zero)));
        return i;
    }

    /// <summary>The new value comes first in each comparison, so that a NaN leaves the range as it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override (float Min, float Max) Range(float* values, int count)
    {
        Vector512<float> min0 = default, min1 = default, min2 = default, min3 = default, max0 = default, max1 = default, max2 = default, max3 = default;
        int i = 0;
        for (; i + 64 <= count; i += 64)
        {
            Vector512<float> a = Avx512F.LoadVector512(values + i), b = Avx512F.LoadVector512(values + i + 16);
            Vector512<float> c = Avx512F.LoadVector512(values + i + 32), d = Avx512F.LoadVector512(values + i + 48);
            (min0, min1, min2, min3) = (Avx512F.Min(a, min0), Avx512F.Min(b, min1), Avx512F.Min(c, min2), Avx512F.Min(d, min3));
            (max0, max1, max2, max3) = (Avx512F.Max(a, max0), Avx512F.Max(b, max1), Avx512F.Max(c, max2), Avx512F.Max(d, max3));
        }
        Vector512<float> lowest = Avx512F.Min(Avx512F.Min(min0, min1), Avx512F.Min(min2, min3));
        Vector512<float> highest = Avx512F.Max(Avx512F.Max(max0, max1), Avx512F.Max(max2, max3));
        (float min, float max) = (0, 0);
        for (int lane = 0; lane < 16; lane++) (min, max) = (Math.Min(min, lowest[lane]), Math.Max(max, highest[lane]));
        return Widen(min, max, values + i, count - i);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector512<int> Codes(Vector512<float> values, Vector512<float> inverse, Vector512<float> zeroPoint)
    {
        Vector512<float> codes = _backend switch
        {
            QuantizationBackend.Qnnpack => Avx512F.Add(Avx512F.RoundScale(Avx512F.Multiply(values, inverse), ToNearest), zeroPoint),
            QuantizationBackend.Onednn => Avx512F.Add(Avx512F.Multiply(values, inverse), zeroPoint),
            _ => Avx512F.FusedMultiplyAdd(values, inverse, zeroPoint),
        };
        return Avx512F.ConvertToVector512Int32(Avx512F.Max(Avx512F.Min(codes, Vector512.Create(255f)), Vector512<float>.Zero));
    }
}
