using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Four steps of the depth at a time: each row gives a vector of four, whose lanes multiply the weights. The 24 sums of the largest
/// tile, six rows and a vector of weights fill the 32 registers.
/// </summary>
internal sealed unsafe class ConvAdvSimd(ConvSpec spec) : ConvMatrix(spec, InstructionSet.AdvSimd)
{
    private const int Lanes = 4;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void SixByWide(in ConvTile tile, float* a, nint stride, float* c, nint outputStride)
    {
        Vector128<float> s00 = default, s01 = default, s02 = default, s03 = default, s10 = default, s11 = default, s12 = default, s13 = default;
        Vector128<float> s20 = default, s21 = default, s22 = default, s23 = default, s30 = default, s31 = default, s32 = default, s33 = default;
        Vector128<float> s40 = default, s41 = default, s42 = default, s43 = default, s50 = default, s51 = default, s52 = default, s53 = default;
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride, b = tile.Weights;
        nint k = 0;
        for (; k + Lanes <= tile.Depth; k += Lanes, b += Lanes * PanelLayout.Wide)
        {
            Vector128<float> x0 = AdvSimd.LoadVector128(a + k), x1 = AdvSimd.LoadVector128(a1 + k), x2 = AdvSimd.LoadVector128(a2 + k);
            Vector128<float> x3 = AdvSimd.LoadVector128(a3 + k), x4 = AdvSimd.LoadVector128(a4 + k), x5 = AdvSimd.LoadVector128(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 4, x0, x1, x2, x3, x4, x5, 0, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 8, x0, x1, x2, x3, x4, x5, 0, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 12, x0, x1, x2, x3, x4, x5, 0, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 16, x0, x1, x2, x3, x4, x5, 1, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 20, x0, x1, x2, x3, x4, x5, 1, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 24, x0, x1, x2, x3, x4, x5, 1, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 28, x0, x1, x2, x3, x4, x5, 1, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 32, x0, x1, x2, x3, x4, x5, 2, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 36, x0, x1, x2, x3, x4, x5, 2, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 40, x0, x1, x2, x3, x4, x5, 2, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 44, x0, x1, x2, x3, x4, x5, 2, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 48, x0, x1, x2, x3, x4, x5, 3, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 52, x0, x1, x2, x3, x4, x5, 3, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 56, x0, x1, x2, x3, x4, x5, 3, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 60, x0, x1, x2, x3, x4, x5, 3, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
        }
        for (; k < tile.Depth; k++, b += PanelLayout.Wide)
        {
            Vector128<float> x0 = Vector128.CreateScalarUnsafe(a[k]), x1 = Vector128.CreateScalarUnsafe(a1[k]), x2 = Vector128.CreateScalarUnsafe(a2[k]);
            Vector128<float> x3 = Vector128.CreateScalarUnsafe(a3[k]), x4 = Vector128.CreateScalarUnsafe(a4[k]), x5 = Vector128.CreateScalarUnsafe(a5[k]);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 4, x0, x1, x2, x3, x4, x5, 0, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 8, x0, x1, x2, x3, x4, x5, 0, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 12, x0, x1, x2, x3, x4, x5, 0, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
        }
        StoreRow(tile, c, s00, s01, s02, s03);
        StoreRow(tile, c += outputStride, s10, s11, s12, s13);
        StoreRow(tile, c += outputStride, s20, s21, s22, s23);
        StoreRow(tile, c += outputStride, s30, s31, s32, s33);
        StoreRow(tile, c += outputStride, s40, s41, s42, s43);
        StoreRow(tile, c + outputStride, s50, s51, s52, s53);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void SixByNarrow(in ConvTile tile, float* a, nint stride, float* c, nint outputStride)
    {
        Vector128<float> s00 = default, s01 = default, s10 = default, s11 = default, s20 = default, s21 = default;
        Vector128<float> s30 = default, s31 = default, s40 = default, s41 = default, s50 = default, s51 = default;
        float* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride, b = tile.Weights;
        nint k = 0;
        for (; k + Lanes <= tile.Depth; k += Lanes, b += Lanes * PanelLayout.Narrow)
        {
            Vector128<float> x0 = AdvSimd.LoadVector128(a + k), x1 = AdvSimd.LoadVector128(a1 + k), x2 = AdvSimd.LoadVector128(a2 + k);
            Vector128<float> x3 = AdvSimd.LoadVector128(a3 + k), x4 = AdvSimd.LoadVector128(a4 + k), x5 = AdvSimd.LoadVector128(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 4, x0, x1, x2, x3, x4, x5, 0, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 8, x0, x1, x2, x3, x4, x5, 1, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 12, x0, x1, x2, x3, x4, x5, 1, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 16, x0, x1, x2, x3, x4, x5, 2, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 20, x0, x1, x2, x3, x4, x5, 2, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 24, x0, x1, x2, x3, x4, x5, 3, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 28, x0, x1, x2, x3, x4, x5, 3, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
        }
        for (; k < tile.Depth; k++, b += PanelLayout.Narrow)
        {
            Vector128<float> x0 = Vector128.CreateScalarUnsafe(a[k]), x1 = Vector128.CreateScalarUnsafe(a1[k]), x2 = Vector128.CreateScalarUnsafe(a2[k]);
            Vector128<float> x3 = Vector128.CreateScalarUnsafe(a3[k]), x4 = Vector128.CreateScalarUnsafe(a4[k]), x5 = Vector128.CreateScalarUnsafe(a5[k]);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 4, x0, x1, x2, x3, x4, x5, 0, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
        }
        StorePair(tile, c, s00, s01, 0);
        StorePair(tile, c += outputStride, s10, s11, 0);
        StorePair(tile, c += outputStride, s20, s21, 0);
        StorePair(tile, c += outputStride, s30, s31, 0);
        StorePair(tile, c += outputStride, s40, s41, 0);
        StorePair(tile, c + outputStride, s50, s51, 0);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void OneByWide(in ConvTile tile, float* a, float* c)
    {
        Vector128<float> s0 = default, s1 = default, s2 = default, s3 = default;
        float* b = tile.Weights;
        nint k = tile.Depth;
        for (; k >= Lanes; k -= Lanes, a += Lanes, b += Lanes * PanelLayout.Wide)
        {
            Vector128<float> x = AdvSimd.LoadVector128(a);
            Multiply(b, x, 0, ref s0, ref s1);
            Multiply(b + 8, x, 0, ref s2, ref s3);
            Multiply(b + 16, x, 1, ref s0, ref s1);
            Multiply(b + 24, x, 1, ref s2, ref s3);
            Multiply(b + 32, x, 2, ref s0, ref s1);
            Multiply(b + 40, x, 2, ref s2, ref s3);
            Multiply(b + 48, x, 3, ref s0, ref s1);
            Multiply(b + 56, x, 3, ref s2, ref s3);
        }
        for (; k > 0; k--, a++, b += PanelLayout.Wide)
        {
            Vector128<float> x = Vector128.CreateScalarUnsafe(*a);
            Multiply(b, x, 0, ref s0, ref s1);
            Multiply(b + 8, x, 0, ref s2, ref s3);
        }
        StoreRow(tile, c, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void OneByNarrow(in ConvTile tile, float* a, float* c)
    {
        Vector128<float> s0 = default, s1 = default;
        float* b = tile.Weights;
        for (nint k = tile.Depth; k > 0; k--, a++, b += PanelLayout.Narrow) Multiply(b, Vector128.CreateScalarUnsafe(*a), 0, ref s0, ref s1);
        StorePair(tile, c, s0, s1, 0);
    }

    /// <summary>Adds the products of a lane of each row and four weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        float* weights, Vector128<float> x0, Vector128<float> x1, Vector128<float> x2, Vector128<float> x3, Vector128<float> x4, Vector128<float> x5,
        [ConstantExpected(Max = (byte)(Lanes - 1))] byte lane,
        ref Vector128<float> s0, ref Vector128<float> s1, ref Vector128<float> s2, ref Vector128<float> s3, ref Vector128<float> s4, ref Vector128<float> s5)
    {
        Vector128<float> w = AdvSimd.LoadVector128(weights);
        s0 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(s0, w, x0, lane);
        s1 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(s1, w, x1, lane);
        s2 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(s2, w, x2, lane);
        s3 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(s3, w, x3, lane);
        s4 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(s4, w, x4, lane);
        s5 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(s5, w, x5, lane);
    }

    /// <summary>Adds the products of a lane of a row and eight weights.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        float* weights, Vector128<float> x, [ConstantExpected(Max = (byte)(Lanes - 1))] byte lane, ref Vector128<float> s0, ref Vector128<float> s1)
    {
        s0 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(s0, AdvSimd.LoadVector128(weights), x, lane);
        s1 = AdvSimd.Arm64.FusedMultiplyAddBySelectedScalar(s1, AdvSimd.LoadVector128(weights + 4), x, lane);
    }

    private static void StoreRow(in ConvTile tile, float* to, Vector128<float> s0, Vector128<float> s1, Vector128<float> s2, Vector128<float> s3)
    {
        StorePair(tile, to, s0, s1, 0);
        StorePair(tile, to, s2, s3, 8);
    }

    private static void StorePair(in ConvTile tile, float* to, Vector128<float> s0, Vector128<float> s1, int column)
    {
        Store(tile, to, s0, column);
        Store(tile, to, s1, column + Lanes);
    }

    private static void Store(in ConvTile tile, float* to, Vector128<float> sum, int column)
    {
        sum = AdvSimd.Add(sum, AdvSimd.LoadVector128(tile.Bias + column));
        sum = AdvSimd.Min(Vector128.Create(tile.High), AdvSimd.Max(Vector128.Create(tile.Low), sum));
        if (tile.Columns - column >= Lanes) AdvSimd.Store(to + column, sum);
        else
            for (int i = 0; i < tile.Columns - column; i++) to[column + i] = sum[i];
    }
}
