using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a row.</summary>
internal sealed unsafe class DynamicLinearScalar(DynamicLinearSpec spec) : Kernel("linear_dynamic", Int8, InstructionSet.Scalar)
{
    private readonly ConvGeometry _geometry = spec.Geometry;
    private readonly short[] _weight = spec.Weight.ToArray();

    public override int Grain => 1 + 16384 / (_geometry.Depth * _geometry.OutputChannels);

    public override int Units(int batch) => batch * _geometry.OutputPixels;

    public override void Run(int first, int end, byte* scratch)
    {
        DynamicParameters.Chosen chosen = DynamicParameters.Read(spec.Parameters);
        (float scale, int zeroPoint) = (spec.ScaleOf(chosen), chosen.ZeroPoint);
        for (int row = first; row < end; row++)
        {
            float* to = spec.Output.Floats + (long)row * _geometry.OutputChannels;
            for (int o = 0; o < _geometry.OutputChannels; o++)
            {
                byte* from = spec.Input.Address + (long)row * _geometry.InputChannels;
                float accumulator = ExactSum.Of(_geometry with { InputWidth = 1 }, from, zeroPoint, _weight, 0, 0, o);
                float factor = scale * spec.WeightScales[o];
                float real = spec.Fused ? MathF.FusedMultiplyAdd(accumulator, factor, spec.Bias[o]) : accumulator * factor + spec.Bias[o];
                to[o] = ClampScalar.Of(real, spec.Low, spec.High);
            }
        }
    }
}
