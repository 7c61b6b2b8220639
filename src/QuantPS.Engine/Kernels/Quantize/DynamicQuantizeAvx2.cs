using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DynamicQuantizeAvx2(DynamicQuantizeSpec spec)
    : ElementKernel("quantize_dynamic", Int8, InstructionSet.Avx2, spec.Output)
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
        Vector256<float> factor = Vector256.Create(inverse), zeroPoint = Vector256.Create((float)chosen.ZeroPoint);
        int i = first;
        for (; i + 16 <= end; i += 16)
        {
            Vector256<short> words = Avx2.PackSignedSaturate(
                Codes(Avx.LoadVector256(spec.Input.Floats + i), factor, zeroPoint), Codes(Avx.LoadVector256(spec.Input.Floats + i + 8), factor, zeroPoint));
            words = Avx2.Permute4x64(words.AsInt64(), 0b11_01_10_00).AsInt16();
            Sse2.Store(spec.Output.Address + i, Sse2.PackUnsignedSaturate(words.GetLower(), words.GetUpper()));
        }
        for (; i < end; i++)
            spec.Output.Address[i] = DynamicQuantizeScalar.Code(spec.Backend, spec.Input.Floats[i], inverse, chosen.ZeroPoint);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Vector256<int> Codes(Vector256<float> values, Vector256<float> inverse, Vector256<float> zeroPoint)
    {
        Vector256<float> codes = spec.Backend switch
        {
            QuantizationBackend.Qnnpack => Avx.Add(Avx.RoundToNearestInteger(Avx.Multiply(values, inverse)), zeroPoint),
            QuantizationBackend.Onednn => Avx.Add(Avx.Multiply(values, inverse), zeroPoint),
            _ => Fma.MultiplyAdd(values, inverse, zeroPoint),
        };
        return Avx.ConvertToVector256Int32(Avx.Max(Avx.Min(codes, Vector256.Create(255f)), Vector256<float>.Zero));
    }

    /// <summary>The range with zero in it. The new value comes first, so that a NaN leaves the range as it was.</summary>
    private static (float Min, float Max) Range(float* values, int count)
    {
        Vector256<float> lowest = default, highest = default;
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> x = Avx.LoadVector256(values + i);
            (lowest, highest) = (Avx.Min(x, lowest), Avx.Max(x, highest));
        }
        (float min, float max) = (0, 0);
        for (int lane = 0; lane < 8; lane++) (min, max) = (Math.Min(min, lowest[lane]), Math.Max(max, highest[lane]));
        for (; i < count; i++)
        {
            if (values[i] < min) min = values[i];
            if (values[i] > max) max = values[i];
        }
        return (min, max);
    }
}
