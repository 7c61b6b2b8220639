using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A clamp of codes where scale and zero point stay, else the arithmetic that the table stands for. The last vector reaches back over codes
/// that are done.
/// </summary>
internal sealed unsafe class MapCodesAvx2(MapCodesSpec spec) : ElementKernel("map_codes", Int8, InstructionSet.Avx2, spec.Output)
{
    public override void Run(int first, int end, byte* scratch) =>
        Run(spec.Map, spec.Input.Address + first, spec.Output.Address + first, end - first);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run(CodeMap map, byte* from, byte* to, int count)
    {
        int i = 0;
        if (map.IsClamp)
        {
            Vector256<byte> low = Vector256.Create(map.Range.Low), high = Vector256.Create(map.Range.High);
            for (; count >= 32 && i < count; i += 32)
            {
                int at = Math.Min(i, count - 32);
                Avx.Store(to + at, Avx2.Min(high, Avx2.Max(low, Avx.LoadVector256(from + at))));
            }
        }
        else
        {
            var dequantizer = new CodesAvx2.Dequantizer(map.From.Scale, map.From.ZeroPoint);
            var quantizer = new CodesAvx2.Quantizer(1 / map.To.Scale, map.To.ZeroPoint, map.Range.Low, map.Range.High);
            for (; count >= 16 && i < count; i += 16)
            {
                int at = Math.Min(i, count - 16);
                Sse2.Store(to + at, quantizer.Apply(dequantizer.Apply(from + at), dequantizer.Apply(from + at + 8)));
            }
        }
        if (i < count) MapCodesScalar.Run(map, from + i, to + i, count - i);
    }
}
