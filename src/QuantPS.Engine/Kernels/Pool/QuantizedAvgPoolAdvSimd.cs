using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedAvgPoolAdvSimd(AvgPoolSpec spec) : AvgPoolKernel(spec, Int8, InstructionSet.AdvSimd)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Pixel(in Rectangle rectangle, byte* to)
    {
        var quantizer = new CodesAdvSimd.Quantizer(Spec.Factor(rectangle.Divisor), Spec.Zero);
        Vector128<uint> start = Vector128.Create(-rectangle.Rows * rectangle.Columns * Spec.Zero).AsUInt32();
        int c = 0;
        // The last vector reaches back over channels that are done: the same sums again.
        for (; Channels >= 16 && c < Channels; c += 16)
        {
            int at = Math.Min(c, Channels - 16);
            Vector128<uint> s0 = start, s1 = start, s2 = start, s3 = start;
            for (int y = 0; y < rectangle.Rows; y++)
            {
                byte* from = (byte*)(rectangle.First + y * rectangle.RowStride) + at;
                for (int x = 0; x < rectangle.Columns; x++, from += Channels)
                {
                    Vector128<byte> codes = AdvSimd.LoadVector128(from);
                    Vector128<ushort> low = AdvSimd.ZeroExtendWideningLower(codes.GetLower()), high = AdvSimd.ZeroExtendWideningUpper(codes);
                    s0 = AdvSimd.AddWideningLower(s0, low.GetLower());
                    s1 = AdvSimd.AddWideningUpper(s1, low);
                    s2 = AdvSimd.AddWideningLower(s2, high.GetLower());
                    s3 = AdvSimd.AddWideningUpper(s3, high);
                }
            }
            AdvSimd.Store(to + at, quantizer.Apply(
                AdvSimd.ConvertToSingle(s0.AsInt32()), AdvSimd.ConvertToSingle(s1.AsInt32()),
                AdvSimd.ConvertToSingle(s2.AsInt32()), AdvSimd.ConvertToSingle(s3.AsInt32())));
        }
        for (; c < Channels; c++) to[c] = QuantizedAvgPoolScalar.Mean(Spec, rectangle, c);
    }
}
