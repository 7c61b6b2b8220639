using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Squares of 8x8 floats and 16x16 codes; what is left over is scalar.</summary>
internal sealed unsafe class TransposeAvx2(TransposeSpec spec) : TransposeKernel(spec, InstructionSet.Avx2)
{
    protected override void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) =>
        Run(from, fromPitch, to, toPitch, rows, columns);

    protected override void Transpose(byte* from, nint fromPitch, byte* to, nint toPitch, int rows, int columns) =>
        TransposeSquares.Run(from, fromPitch, to, toPitch, rows, columns, 16, &Square);

    /// <summary>Makes columns rows: <see cref="TransposeKernel"/>.</summary>
    public static void Run(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) =>
        TransposeSquares.Run(from, fromPitch, to, toPitch, rows, columns, 8, &Square);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Square(float* from, nint fromPitch, float* to, nint toPitch)
    {
        float* lower = from + 4 * fromPitch;
        // Rows 0 and 4, 1 and 5, 2 and 6, 3 and 7 by halves; then two rounds of interleaving.
        for (int half = 0; half < 2; half++, from += 4, lower += 4, to += 4 * toPitch)
        {
            Vector256<float> a = Rows(from, lower), b = Rows(from + fromPitch, lower + fromPitch);
            Vector256<float> c = Rows(from + 2 * fromPitch, lower + 2 * fromPitch), d = Rows(from + 3 * fromPitch, lower + 3 * fromPitch);
            Vector256<double> ab = Avx.UnpackLow(a, b).AsDouble(), cd = Avx.UnpackLow(c, d).AsDouble();
            Avx.Store(to, Avx.UnpackLow(ab, cd).AsSingle());
            Avx.Store(to + toPitch, Avx.UnpackHigh(ab, cd).AsSingle());
            ab = Avx.UnpackHigh(a, b).AsDouble();
            cd = Avx.UnpackHigh(c, d).AsDouble();
            Avx.Store(to + 2 * toPitch, Avx.UnpackLow(ab, cd).AsSingle());
            Avx.Store(to + 3 * toPitch, Avx.UnpackHigh(ab, cd).AsSingle());
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Rows(float* upper, float* lower) => Vector256.Create(Sse.LoadVector128(upper), Sse.LoadVector128(lower));

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Square(byte* from, nint fromPitch, byte* to, nint toPitch)
    {
        byte* one = stackalloc byte[2 * 256];
        byte* two = one + 256;
        // A round makes rows i and i + 8 rows 2i and 2i + 1, element by element in turn; four of them transpose.
        Interleave(from, fromPitch, one, 16);
        Interleave(one, 16, two, 16);
        Interleave(two, 16, one, 16);
        Interleave(one, 16, to, toPitch);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Interleave(byte* from, nint fromPitch, byte* to, nint toPitch)
    {
        for (nint i = 0; i < 8; i++)
        {
            Vector128<byte> a = Sse2.LoadVector128(from + i * fromPitch), b = Sse2.LoadVector128(from + (i + 8) * fromPitch);
            Sse2.Store(to + 2 * i * toPitch, Sse2.UnpackLow(a, b));
            Sse2.Store(to + (2 * i + 1) * toPitch, Sse2.UnpackHigh(a, b));
        }
    }
}
