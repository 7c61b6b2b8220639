using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DynamicQuantizeAdvSimd(DynamicQuantizeSpec spec)
    : ElementKernel("quantize_dynamic", Int8, InstructionSet.AdvSimd, spec.Output)
{
    public override void Begin(int batch)
    {
        (float min, float max) = Range(spec.Input.Floats, Units(batch));
        DynamicParameters.Write(spec.Parameters, DynamicParameters.Choose(min, max, spec.ReduceRange));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int first, int end, byte* scratch)
    {
        DynamicParameters.Chosen chosen = DynamicParameters.Read(spec.Parameters);
        float inverse = spec.Inverse(chosen);
        Vector128<float> factor = Vector128.Create(inverse), zeroPoint = Vector128.Create((float)chosen.ZeroPoint);
        float* from = spec.Input.Floats;
        int i = first;
        for (; i + 16 <= end; i += 16)
            AdvSimd.Store(spec.Output.Address + i, CodesAdvSimd.Bytes(
                CodesAdvSimd.Words(Rounded(from + i, factor, zeroPoint), Rounded(from + i + 4, factor, zeroPoint)),
                CodesAdvSimd.Words(Rounded(from + i + 8, factor, zeroPoint), Rounded(from + i + 12, factor, zeroPoint))));
        for (; i < end; i++) spec.Output.Address[i] = DynamicQuantizeScalar.Code(spec.Backend, from[i], inverse, chosen.ZeroPoint);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector128<int> Rounded(float* from, Vector128<float> inverse, Vector128<float> zeroPoint)
    {
        Vector128<float> values = AdvSimd.LoadVector128(from);
        Vector128<float> codes = spec.Backend switch
        {
            QuantizationBackend.Qnnpack => AdvSimd.Add(AdvSimd.RoundToNearest(AdvSimd.Multiply(values, inverse)), zeroPoint),
            QuantizationBackend.Onednn => AdvSimd.Add(AdvSimd.Multiply(values, inverse), zeroPoint),
            _ => AdvSimd.FusedMultiplyAdd(zeroPoint, values, inverse),
        };
        return AdvSimd.ConvertToInt32RoundToEven(AdvSimd.MinNumber(codes, Vector128.Create(255f)));
    }

    /// <summary>The range with zero in it. Comparisons with a NaN are false, so that it leaves the range as it was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static (float Min, float Max) Range(float* values, int count)
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
        for (; i < count; i++)
        {
            if (values[i] < min) min = values[i];
            if (values[i] > max) max = values[i];
        }
        return (min, max);
    }
}
