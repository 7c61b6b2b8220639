using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DynamicQuantizeAdvSimd(DynamicQuantizeSpec spec) : DynamicQuantizeKernel(spec, InstructionSet.AdvSimd)
{
    private readonly QuantizationBackend _backend = spec.Backend;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    protected override int Quantize(float* from, byte* to, int count, float inverse, int zeroPoint)
    {
        Vector128<float> factor = Vector128.Create(inverse), zero = Vector128.Create((float)zeroPoint);
        int i = 0;
        for (; i + 16 <= count; i += 16)
            AdvSimd.Store(to + i, CodesAdvSimd.Bytes(
                CodesAdvSimd.Words(Rounded(from + i, factor, zero), Rounded(from + i + 4, factor, zero)),
                CodesAdvSimd.Words(Rounded(from + i + 8, factor, zero), Rounded(from + i + 12, factor, zero))));
        return i;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<int> Rounded(float* from, Vector128<float> inverse, Vector128<float> zeroPoint)
    {
        Vector128<float> values = AdvSimd.LoadVector128(from);
        Vector128<float> codes = _backend switch
        {
            QuantizationBackend.Qnnpack => AdvSimd.Add(AdvSimd.RoundToNearest(AdvSimd.Multiply(values, inverse)), zeroPoint),
            QuantizationBackend.Onednn => AdvSimd.Add(AdvSimd.Multiply(values, inverse), zeroPoint),
            _ => AdvSimd.FusedMultiplyAdd(zeroPoint, values, inverse),
        };
        return AdvSimd.ConvertToInt32RoundToEven(AdvSimd.MinNumber(codes, Vector128.Create(255f)));
    }

    /// <summary>The range with zero in it. Comparisons with a NaN are false, so that it leaves the range as it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override (float Min, float Max) Range(float* values, int count)
    {
        Vector128<float> lowest = default, highest = default, otherLowest = default, otherHighest = default;
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector128<float> x = AdvSimd.LoadVector128(values + i), y = AdvSimd.LoadVector128(values + i + 4);
            lowest = AdvSimd.BitwiseSelect(AdvSimd.CompareLessThan(x, lowest), x, lowest);
            highest = AdvSimd.BitwiseSelect(AdvSimd.CompareGreaterThan(x, highest), x, highest);
            otherLowest = AdvSimd.BitwiseSelect(AdvSimd.CompareLessThan(y, otherLowest), y, otherLowest);
            otherHighest = AdvSimd.BitwiseSelect(AdvSimd.CompareGreaterThan(y, otherHighest), y, otherHighest);
        }
        float min = AdvSimd.Arm64.MinAcross(AdvSimd.Min(lowest, otherLowest)).ToScalar();
        float max = AdvSimd.Arm64.MaxAcross(AdvSimd.Max(highest, otherHighest)).ToScalar();
        return Widen(min, max, values + i, count - i);
    }
}
