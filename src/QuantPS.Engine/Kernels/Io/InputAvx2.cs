using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Images of three channels to codes: 16 pixels at a time, quantized by plane and then interleaved. The rest is scalar.</summary>
internal sealed unsafe class InputAvx2(InputSpec spec) : InputKernel(spec, InstructionSet.Avx2)
{
    private const int Lanes = 16;

    private readonly InputScalar _scalar = new(spec);

    public override int Grain => _scalar.Grain;

    public override int Units(int batch) => _scalar.Units(batch);

    public override void Run(int first, int end, byte* scratch)
    {
        _scalar.Source = Source;
        if (!Output.ChannelsLast || Output.Shape[1] != 3 || Output.Quantization is null)
        {
            _scalar.Run(first, end, scratch);
            return;
        }
        int pixels = Output.Elements / 3;
        while (first < end)
        {
            (int sample, int pixel) = Math.DivRem(first, pixels);
            int count = Math.Min(end - first, pixels - pixel), whole = count / Lanes * Lanes;
            Interleave(Source + (long)sample * Output.Elements + pixel, pixels, Output.Address + (long)first * 3, whole, Output.Quantization);
            _scalar.Run(first + whole, first + count, scratch);
            first += count;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Interleave(float* from, nint plane, byte* to, int count, QuantParams quantization)
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
