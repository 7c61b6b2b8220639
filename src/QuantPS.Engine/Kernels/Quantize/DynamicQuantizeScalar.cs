using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class DynamicQuantizeScalar(DynamicQuantizeSpec spec)
    : ElementKernel("quantize_dynamic", Int8, InstructionSet.Scalar, spec.Output)
{
    public override void Begin(int batch)
    {
        (float min, float max) = (0, 0);
        for (int i = 0; i < Units(batch); i++)
        {
            float value = spec.Input.Floats[i];
            if (value < min) min = value;
            if (value > max) max = value;
        }
        DynamicParameters.Write(spec.Parameters, DynamicParameters.Choose(min, max, spec.ReduceRange));
    }

    public override void Run(int first, int end, byte* scratch)
    {
        DynamicParameters.Chosen chosen = DynamicParameters.Read(spec.Parameters);
        float inverse = spec.Inverse(chosen);
        for (int i = first; i < end; i++) spec.Output.Address[i] = Code(spec.Backend, spec.Input.Floats[i], inverse, chosen.ZeroPoint);
    }

    /// <summary>The code of a value, as the backend's dynamic linear layers round it.</summary>
    public static byte Code(QuantizationBackend backend, float value, float inverse, int zeroPoint) => (byte)Codes.Clamp(backend switch
    {
        QuantizationBackend.Qnnpack => zeroPoint + MathF.Round(value * inverse),
        QuantizationBackend.Onednn => MathF.Round(value * inverse + zeroPoint),
        _ => MathF.Round(MathF.FusedMultiplyAdd(value, inverse, zeroPoint)),
    }, 0, 255);
}
