using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class AvgPoolAdvSimd(AvgPoolSpec spec) : AvgPoolKernel(spec, Float32, InstructionSet.AdvSimd)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Pixel(in Rectangle rectangle, byte* to)
    {
        int c = 0;
        // The last vector reaches back over channels that are done: the same sums again.
        for (; Channels >= 4 && c < Channels; c += 4)
        {
            int at = Math.Min(c, Channels - 4);
            Vector128<float> sum = default;
            for (int y = 0; y < rectangle.Rows; y++)
            {
                float* from = (float*)(rectangle.First + y * rectangle.RowStride) + at;
                for (int x = 0; x < rectangle.Columns; x++, from += Channels) sum = AdvSimd.Add(sum, AdvSimd.LoadVector128(from));
            }
            AdvSimd.Store((float*)to + at, AdvSimd.Arm64.Divide(sum, Vector128.Create((float)rectangle.Divisor)));
        }
        for (; c < Channels; c++) ((float*)to)[c] = AvgPoolScalar.Mean(rectangle, Channels, c);
    }
}
