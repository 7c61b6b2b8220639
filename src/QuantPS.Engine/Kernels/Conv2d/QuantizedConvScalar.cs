using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is an output pixel.</summary>
internal sealed unsafe class QuantizedConvScalar(QuantizedConvSpec spec) : Kernel(spec.Name, Int8, InstructionSet.Scalar), IRegionKernel
{
    private readonly ConvGeometry _geometry = spec.Geometry;
    private readonly short[] _weight = spec.Weight.ToArray();

    public override int Grain => 1 + 16384 / (_geometry.Depth * _geometry.OutputChannels);

    public override int Units(int batch) => batch * _geometry.OutputPixels;

    public OutputRegion RegionOf(int first, int end) => OutputRegion.Of(first * _geometry.OutputChannels, end * _geometry.OutputChannels);

    public override void Run(int first, int end, byte* scratch)
    {
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int pixel) = Math.DivRem(unit, _geometry.OutputPixels);
            (int row, int column) = Math.DivRem(pixel, _geometry.OutputWidth);
            byte* image = spec.Input.Address + (long)sample * spec.Input.Elements;
            byte* to = spec.Output.Address + (long)unit * spec.Output.Pitch;
            for (int o = 0; o < _geometry.OutputChannels; o++)
                to[o] = spec.Requantization.Apply(ExactSum.Of(_geometry, image, spec.InputZeroPoint, _weight, row, column, o), o);
        }
    }
}
