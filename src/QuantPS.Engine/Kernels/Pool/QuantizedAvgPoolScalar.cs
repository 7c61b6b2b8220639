using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>zero point + rint((sum of codes - count * zero point) * factor).</summary>
internal sealed unsafe class QuantizedAvgPoolScalar(AvgPoolSpec spec) : AvgPoolKernel(spec, Int8, InstructionSet.Scalar)
{
    protected override void Pixel(in Rectangle rectangle, byte* to)
    {
        for (int c = 0; c < Channels; c++) to[c] = Mean(Spec, rectangle, c);
    }

    /// <summary>The mean of one channel.</summary>
    public static byte Mean(AvgPoolSpec spec, in Rectangle rectangle, int channel)
    {
        int sum = -rectangle.Rows * rectangle.Columns * spec.Zero;
        for (int y = 0; y < rectangle.Rows; y++)
        {
            byte* from = (byte*)(rectangle.First + y * rectangle.RowStride) + channel;
            for (int x = 0; x < rectangle.Columns; x++) sum += from[x * spec.Channels];
        }
        return Codes.Quantize(sum, spec.Factor(rectangle.Divisor), spec.Zero);
    }
}
