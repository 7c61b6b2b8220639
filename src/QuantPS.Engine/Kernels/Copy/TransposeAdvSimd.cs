using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Squares of 4x4 floats and 16x16 codes; what is left over is scalar.</summary>
internal sealed unsafe class TransposeAdvSimd(TransposeSpec spec) : TransposeKernel(spec, InstructionSet.AdvSimd)
{
    protected override void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) =>
        Run(from, fromPitch, to, toPitch, rows, columns);

    protected override void Transpose(byte* from, nint fromPitch, byte* to, nint toPitch, int rows, int columns) =>
        TransposeSquares.Run(from, fromPitch, to, toPitch, rows, columns, 16, &Square);

    /// <summary>Makes columns rows: <see cref="TransposeKernel"/>.</summary>
    public static void Run(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) =>
        TransposeSquares.Run(from, fromPitch, to, toPitch, rows, columns, 4, &Square);

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Square(float* from, nint fromPitch, float* to, nint toPitch)
    {
        Vector128<float> a = AdvSimd.LoadVector128(from), b = AdvSimd.LoadVector128(from + fromPitch);
        Vector128<float> c = AdvSimd.LoadVector128(from + 2 * fromPitch), d = AdvSimd.LoadVector128(from + 3 * fromPitch);
        // Rows 0 and 2, 1 and 3 in turn; then those in turn.
        Vector128<float> ac = AdvSimd.Arm64.ZipLow(a, c), bd = AdvSimd.Arm64.ZipLow(b, d);
        AdvSimd.Store(to, AdvSimd.Arm64.ZipLow(ac, bd));
        AdvSimd.Store(to + toPitch, AdvSimd.Arm64.ZipHigh(ac, bd));
        ac = AdvSimd.Arm64.ZipHigh(a, c);
        bd = AdvSimd.Arm64.ZipHigh(b, d);
        AdvSimd.Store(to + 2 * toPitch, AdvSimd.Arm64.ZipLow(ac, bd));
        AdvSimd.Store(to + 3 * toPitch, AdvSimd.Arm64.ZipHigh(ac, bd));
    }

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
            Vector128<byte> a = AdvSimd.LoadVector128(from + i * fromPitch), b = AdvSimd.LoadVector128(from + (i + 8) * fromPitch);
            AdvSimd.Store(to + 2 * i * toPitch, AdvSimd.Arm64.ZipLow(a, b));
            AdvSimd.Store(to + (2 * i + 1) * toPitch, AdvSimd.Arm64.ZipHigh(a, b));
        }
    }
}
