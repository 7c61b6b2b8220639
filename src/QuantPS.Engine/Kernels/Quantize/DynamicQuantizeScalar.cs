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
        (float scale, int zeroPoint) = DynamicParameters.Choose(min, max, spec.ReduceRange);
        DynamicParameters.Write(spec.Parameters, scale, zeroPoint);
    }

    public override void Run(int first, int end, byte* scratch)
    {
        (float scale, int zeroPoint) = DynamicParameters.Read(spec.Parameters);
        float inverse = 1 / scale;
        for (int i = first; i < end; i++) spec.Output.Address[i] = Codes.Quantize(spec.Input.Floats[i], inverse, zeroPoint);
    }
}
