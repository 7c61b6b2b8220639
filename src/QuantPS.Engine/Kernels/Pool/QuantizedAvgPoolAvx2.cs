using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedAvgPoolAvx2(AvgPoolSpec spec) : AvgPoolKernel(spec, Int8, InstructionSet.Avx2)
{
    protected override void Pixel(in Rectangle rectangle, byte* to)
    {
        var quantizer = new CodesAvx2.Quantizer(Spec.Factor(rectangle.Divisor), Spec.Zero);
        int c = 0;
        // The last vector reaches back over channels that are done: the same sums again.
        for (; Channels >= 16 && c < Channels; c += 16)
        {
            int at = Math.Min(c, Channels - 16);
            Vector256<int> low = Vector256.Create(-rectangle.Rows * rectangle.Columns * Spec.Zero), high = low;
            for (int y = 0; y < rectangle.Rows; y++)
            {
                byte* from = (byte*)(rectangle.First + y * rectangle.RowStride) + at;
                for (int x = 0; x < rectangle.Columns; x++, from += Channels)
                {
                    low = Avx2.Add(low, Avx2.ConvertToVector256Int32(from));
                    high = Avx2.Add(high, Avx2.ConvertToVector256Int32(from + 8));
                }
            }
            Sse2.Store(to + at, quantizer.Apply(Avx.ConvertToVector256Single(low), Avx.ConvertToVector256Single(high)));
        }
        for (; c < Channels; c++) to[c] = QuantizedAvgPoolScalar.Mean(Spec, rectangle, c);
    }
}
