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
        (float scale, int zeroPoint) = DynamicParameters.Choose(min, max, spec.ReduceRange);
        DynamicParameters.Write(spec.Parameters, scale, zeroPoint);
    }

    public override void Run(int first, int end, byte* scratch)
    {
        (float scale, int zeroPoint) = DynamicParameters.Read(spec.Parameters);
        QuantizeAvx2.Run(spec.Input.Floats + first, spec.Output.Address + first, end - first, 1 / scale, zeroPoint);
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
