using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Tiles of 12 pixels, which halve the reads of the weights; 16 channels are one vector.</summary>
internal sealed unsafe class ConvAvx512(ConvSpec spec) : ConvAvx2(spec, InstructionSet.Avx512BW)
{
    protected override bool TakesTwelve => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void TwelveByWide(in ConvTile tile, float* a, nint stride, float* c, nint outputStride)
    {
        Vector512<float> s0 = default, s1 = default, s2 = default, s3 = default, s4 = default, s5 = default;
        Vector512<float> s6 = default, s7 = default, s8 = default, s9 = default, s10 = default, s11 = default;
        float* b = tile.Weights;
        float* a3 = a + 3 * stride, a6 = a3 + 3 * stride, a9 = a6 + 3 * stride;
        for (nint k = tile.Depth; k > 0; k--)
        {
            Vector512<float> weights = Vector512.Load(b);
            s0 = Avx512F.FusedMultiplyAdd(Vector512.Create(*a), weights, s0);
            s1 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(a + stride)), weights, s1);
            s2 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(a + 2 * stride)), weights, s2);
            s3 = Avx512F.FusedMultiplyAdd(Vector512.Create(*a3), weights, s3);
            s4 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(a3 + stride)), weights, s4);
            s5 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(a3 + 2 * stride)), weights, s5);
            s6 = Avx512F.FusedMultiplyAdd(Vector512.Create(*a6), weights, s6);
            s7 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(a6 + stride)), weights, s7);
            s8 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(a6 + 2 * stride)), weights, s8);
            s9 = Avx512F.FusedMultiplyAdd(Vector512.Create(*a9), weights, s9);
            s10 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(a9 + stride)), weights, s10);
            s11 = Avx512F.FusedMultiplyAdd(Vector512.Create(*(a9 + 2 * stride)), weights, s11);
            b += 16;
            a++;
            a3++;
            a6++;
            a9++;
        }
        Store(tile, c, s0);
        Store(tile, c + outputStride, s1);
        Store(tile, c + 2 * outputStride, s2);
        Store(tile, c + 3 * outputStride, s3);
        Store(tile, c + 4 * outputStride, s4);
        Store(tile, c + 5 * outputStride, s5);
        Store(tile, c + 6 * outputStride, s6);
        Store(tile, c + 7 * outputStride, s7);
        Store(tile, c + 8 * outputStride, s8);
        Store(tile, c + 9 * outputStride, s9);
        Store(tile, c + 10 * outputStride, s10);
        Store(tile, c + 11 * outputStride, s11);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(in ConvTile tile, float* to, Vector512<float> sum)
    {
        sum += Vector512.Load(tile.Bias);
        sum = Avx512F.Min(Vector512.Create(tile.High), Avx512F.Max(Vector512.Create(tile.Low), sum));
        if (tile.Columns >= 16) sum.Store(to);
        else Avx512F.MaskStore(to, Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(tile.Columns)).AsSingle(), sum);
    }
}
