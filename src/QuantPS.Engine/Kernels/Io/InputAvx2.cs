using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Quantized by plane, then interleaved by shuffles.</summary>
internal sealed unsafe class InputAvx2(InputSpec spec) : InputVector(spec, InstructionSet.Avx2)
{
    protected override void Quantize(float* from, byte* to, int count, QuantParams quantization) =>
        QuantizeAvx2.Run(from, to, count, 1 / quantization.Scale, quantization.ZeroPoint);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Interleave(float* from, nint plane, byte* to, int count, QuantParams quantization)
    {
        var quantizer = new CodesAvx2.Quantizer(1 / quantization.Scale, quantization.ZeroPoint);
        for (int i = 0; i < count; i += Lanes, from += Lanes, to += 3 * Lanes)
        {
            Vector128<byte> r = quantizer.Apply(Avx.LoadVector256(from), Avx.LoadVector256(from + 8));
            Vector128<byte> g = quantizer.Apply(Avx.LoadVector256(from + plane), Avx.LoadVector256(from + plane + 8));
            Vector128<byte> b = quantizer.Apply(Avx.LoadVector256(from + 2 * plane), Avx.LoadVector256(from + 2 * plane + 8));
            for (int part = 0; part < 3; part++)
                Sse2.Store(to + part * Lanes, Sse2.Or(Sse2.Or(Ssse3.Shuffle(r, Place(part, 0)), Ssse3.Shuffle(g, Place(part, 1))), Ssse3.Shuffle(b, Place(part, 2))));
        }
    }

    /// <summary>For each byte of a third of the result the pixel that it takes from a plane; the highest bit where it takes none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Place(int part, int plane) => Vector128.Create(Places.Slice((part * 3 + plane) * Lanes, Lanes));

    private static ReadOnlySpan<byte> Places =>
    [
        0, 128, 128, 1, 128, 128, 2, 128, 128, 3, 128, 128, 4, 128, 128, 5,
        128, 0, 128, 128, 1, 128, 128, 2, 128, 128, 3, 128, 128, 4, 128, 128,
        128, 128, 0, 128, 128, 1, 128, 128, 2, 128, 128, 3, 128, 128, 4, 128,
        128, 128, 6, 128, 128, 7, 128, 128, 8, 128, 128, 9, 128, 128, 10, 128,
        5, 128, 128, 6, 128, 128, 7, 128, 128, 8, 128, 128, 9, 128, 128, 10,
        128, 5, 128, 128, 6, 128, 128, 7, 128, 128, 8, 128, 128, 9, 128, 128,
        128, 11, 128, 128, 12, 128, 128, 13, 128, 128, 14, 128, 128, 15, 128, 128,
        128, 128, 11, 128, 128, 12, 128, 128, 13, 128, 128, 14, 128, 128, 15, 128,
        10, 128, 128, 11, 128, 128, 12, 128, 128, 13, 128, 128, 14, 128, 128, 15,
    ];
}
