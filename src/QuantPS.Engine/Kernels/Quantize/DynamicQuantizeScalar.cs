using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DynamicQuantizeScalar(DynamicQuantizeSpec spec) : DynamicQuantizeKernel(spec, InstructionSet.Scalar)
{
    /// <summary>The code of a value, as the backend's dynamic linear layers round it.</summary>
    public static byte Code(QuantizationBackend backend, float value, float inverse, int zeroPoint) => (byte)Codes.Clamp(backend switch
    {
        QuantizationBackend.Qnnpack => zeroPoint + MathF.Round(value * inverse),
        QuantizationBackend.Onednn => MathF.Round(value * inverse + zeroPoint),
        _ => MathF.Round(MathF.FusedMultiplyAdd(value, inverse, zeroPoint)),
    }, 0, 255);

    protected override (float Min, float Max) Range(float* values, int count) => Widen(0, 0, values, count);

    protected override int Quantize(float* from, byte* to, int count, float inverse, int zeroPoint) => 0;
}
