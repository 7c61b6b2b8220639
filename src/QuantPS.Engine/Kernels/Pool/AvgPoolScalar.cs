using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class AvgPoolScalar(AvgPoolSpec spec) : AvgPoolKernel(spec, Float32, InstructionSet.Scalar)
{
    protected override void Pixel(in Rectangle rectangle, byte* to)
    {
        for (int c = 0; c < Channels; c++) ((float*)to)[c] = Mean(rectangle, Channels, c);
    }

    /// <summary>The mean of one channel.</summary>
    public static float Mean(in Rectangle rectangle, int channels, int channel)
    {
        float sum = 0;
        for (int y = 0; y < rectangle.Rows; y++)
        {
            float* from = (float*)(rectangle.First + y * rectangle.RowStride) + channel;
            for (int x = 0; x < rectangle.Columns; x++) sum += from[x * channels];
        }
        return sum / rectangle.Divisor;
    }
}
