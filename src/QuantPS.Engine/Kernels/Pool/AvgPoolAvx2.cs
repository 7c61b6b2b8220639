using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class AvgPoolAvx2(AvgPoolSpec spec) : AvgPoolKernel(spec, Float32, InstructionSet.Avx2)
{
    protected override void Pixel(in Rectangle rectangle, byte* to)
    {
        int c = 0;
        // The last vector reaches back over channels that are done: the same sums again.
        for (; Channels >= 8 && c < Channels; c += 8)
        {
            int at = Math.Min(c, Channels - 8);
            Vector256<float> sum = default;
            for (int y = 0; y < rectangle.Rows; y++)
            {
                float* from = (float*)(rectangle.First + y * rectangle.RowStride) + at;
                for (int x = 0; x < rectangle.Columns; x++) sum = Avx.Add(sum, Avx.LoadVector256(from + x * Channels));
            }
            Avx.Store((float*)to + at, Avx.Divide(sum, Vector256.Create((float)rectangle.Divisor)));
        }
        for (; c < Channels; c++) ((float*)to)[c] = AvgPoolScalar.Mean(rectangle, Channels, c);
    }
}
