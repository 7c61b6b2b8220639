using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal unsafe class ConvAvx2(ConvSpec spec, InstructionSet instructionSet = InstructionSet.Avx2) : ConvMatrix(spec, instructionSet)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void SixByWide(in ConvTile tile, float* a, nint stride, float* c, nint outputStride)
    {
        Vector256<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        Vector256<float> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        float* b = tile.Weights;
        float* a3 = a + 3 * stride;
        for (nint k = tile.Depth; k > 0; k--)
        {
            Vector256<float> b0 = Avx.LoadVector256(b), b1 = Avx.LoadVector256(b + 8);
            Vector256<float> x = Avx.BroadcastScalarToVector256(a);
            s00 = Fma.MultiplyAdd(x, b0, s00);
            s01 = Fma.MultiplyAdd(x, b1, s01);
            x = Avx.BroadcastScalarToVector256(a + stride);
            s10 = Fma.MultiplyAdd(x, b0, s10);
            s11 = Fma.MultiplyAdd(x, b1, s11);
            x = Avx.BroadcastScalarToVector256(a + 2 * stride);
            s20 = Fma.MultiplyAdd(x, b0, s20);
            s21 = Fma.MultiplyAdd(x, b1, s21);
            x = Avx.BroadcastScalarToVector256(a3);
            s30 = Fma.MultiplyAdd(x, b0, s30);
            s31 = Fma.MultiplyAdd(x, b1, s31);
            x = Avx.BroadcastScalarToVector256(a3 + stride);
            s40 = Fma.MultiplyAdd(x, b0, s40);
            s41 = Fma.MultiplyAdd(x, b1, s41);
            x = Avx.BroadcastScalarToVector256(a3 + 2 * stride);
            s50 = Fma.MultiplyAdd(x, b0, s50);
            s51 = Fma.MultiplyAdd(x, b1, s51);
            b += 16;
            a++;
            a3++;
        }
        Store(tile, c, s00, 0);
        Store(tile, c, s01, 8);
        Store(tile, c + outputStride, s10, 0);
        Store(tile, c + outputStride, s11, 8);
        Store(tile, c + 2 * outputStride, s20, 0);
        Store(tile, c + 2 * outputStride, s21, 8);
        Store(tile, c + 3 * outputStride, s30, 0);
        Store(tile, c + 3 * outputStride, s31, 8);
        Store(tile, c + 4 * outputStride, s40, 0);
        Store(tile, c + 4 * outputStride, s41, 8);
        Store(tile, c + 5 * outputStride, s50, 0);
        Store(tile, c + 5 * outputStride, s51, 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void SixByNarrow(in ConvTile tile, float* a, nint stride, float* c, nint outputStride)
    {
        Vector256<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        float* b = tile.Weights;
        float* a3 = a + 3 * stride;
        for (nint k = tile.Depth; k > 0; k--)
        {
            Vector256<float> b0 = Avx.LoadVector256(b);
            s0 = Fma.MultiplyAdd(Avx.BroadcastScalarToVector256(a), b0, s0);
            s1 = Fma.MultiplyAdd(Avx.BroadcastScalarToVector256(a + stride), b0, s1);
            s2 = Fma.MultiplyAdd(Avx.BroadcastScalarToVector256(a + 2 * stride), b0, s2);
            s3 = Fma.MultiplyAdd(Avx.BroadcastScalarToVector256(a3), b0, s3);
            s4 = Fma.MultiplyAdd(Avx.BroadcastScalarToVector256(a3 + stride), b0, s4);
            s5 = Fma.MultiplyAdd(Avx.BroadcastScalarToVector256(a3 + 2 * stride), b0, s5);
            b += 8;
            a++;
            a3++;
        }
        Store(tile, c, s0, 0);
        Store(tile, c + outputStride, s1, 0);
        Store(tile, c + 2 * outputStride, s2, 0);
        Store(tile, c + 3 * outputStride, s3, 0);
        Store(tile, c + 4 * outputStride, s4, 0);
        Store(tile, c + 5 * outputStride, s5, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void OneByWide(in ConvTile tile, float* a, float* c)
    {
        Vector256<float> s0 = default, s1 = default;
        float* b = tile.Weights;
        for (nint k = tile.Depth; k > 0; k--, a++, b += 16)
        {
            Vector256<float> x = Avx.BroadcastScalarToVector256(a);
            s0 = Fma.MultiplyAdd(x, Avx.LoadVector256(b), s0);
            s1 = Fma.MultiplyAdd(x, Avx.LoadVector256(b + 8), s1);
        }
        Store(tile, c, s0, 0);
        Store(tile, c, s1, 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void OneByNarrow(in ConvTile tile, float* a, float* c)
    {
        Vector256<float> sum = default;
        float* b = tile.Weights;
        for (nint k = tile.Depth; k > 0; k--, a++, b += 8)
            sum = Fma.MultiplyAdd(Avx.BroadcastScalarToVector256(a), Avx.LoadVector256(b), sum);
        Store(tile, c, sum, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in ConvTile tile, float* to, Vector256<float> sum, int column)
    {
        sum = Avx.Add(sum, Avx.LoadVector256(tile.Bias + column));
        sum = Avx.Min(Vector256.Create(tile.High), Avx.Max(Vector256.Create(tile.Low), sum));
        int left = tile.Columns - column;
        if (left >= 8) Avx.Store(to + column, sum);
        else if (left > 0)
            Avx.MaskStore(to + column, Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(left)).AsSingle(), sum);
    }
}
