using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a channel of a sample.</summary>
internal sealed unsafe class MeanScalar(MeanSpec spec)
    : Kernel("mean", spec.Output.Element == ElementType.Float32 ? Float32 : Int8, InstructionSet.Scalar)
{
    private readonly int _channels = spec.Input.Shape[1];
    private readonly int _pixels = spec.Input.Elements / spec.Input.Shape[1];

    public override int Grain => 1 + (1 << 14) / _pixels;

    public override int Units(int batch) => batch * _channels;

    public override void Run(int first, int end, byte* scratch)
    {
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int channel) = Math.DivRem(unit, _channels);
            long start = (long)sample * spec.Input.Elements + channel;
            float mean = Sum(start) / _pixels;
            if (spec.Output.Quantization is { } to) spec.Output.Address[unit] = Codes.Quantize(mean, 1 / to.Scale, to.ZeroPoint);
            else spec.Output.Floats[unit] = mean;
        }
    }

    private float Sum(long start)
    {
        float* sums = stackalloc float[CascadeSum.Levels];
        new Span<float>(sums, CascadeSum.Levels).Clear();
        for (int i = 0; i < _pixels; i++)
        {
            long at = start + (long)i * _channels;
            sums[0] += spec.Input.Quantization is { } from ? Codes.Dequantize(spec.Input.Address[at], from.Scale, from.ZeroPoint) : spec.Input.Floats[at];
            int carry = CascadeSum.CarryAfter(i + 1);
            for (int level = 0; level < carry; level++) (sums[level + 1], sums[level]) = (sums[level + 1] + sums[level], 0);
        }
        float sum = sums[0];
        for (int level = 1; level < CascadeSum.Levels; level++) sum += sums[level];
        return sum;
    }
}
