using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Dot products of four codes, which must be signed: 128 is taken off each. A row gives a vector of 16 codes, whose quarters multiply
/// the weights of four columns.
/// </summary>
internal readonly unsafe struct CodeTilesAdvSimdDot : ICodeTiles
{
    private const int Quarters = 4;

    public static InstructionSet InstructionSet => InstructionSet.AdvSimdDot;

    public static int Step => 4;

    public static int Shift => 128;

    public static byte Flip => 0;

    public static bool AreExactFor(CodeWeights weights) => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void SixByWide(byte* a, nint stride, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s00 = AdvSimd.LoadVector128(start), s01 = AdvSimd.LoadVector128(start + 4);
        Vector128<int> s02 = AdvSimd.LoadVector128(start + 8), s03 = AdvSimd.LoadVector128(start + 12);
        Vector128<int> s10 = s00, s11 = s01, s12 = s02, s13 = s03, s20 = s00, s21 = s01, s22 = s02, s23 = s03, s30 = s00, s31 = s01, s32 = s02, s33 = s03;
        Vector128<int> s40 = s00, s41 = s01, s42 = s02, s43 = s03, s50 = s00, s51 = s01, s52 = s02, s53 = s03;
        byte* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride;
        nint k = 0;
        for (; k + 4 * Quarters <= 4 * steps; k += 4 * Quarters, b += Quarters * 4 * PanelLayout.Wide)
        {
            Vector128<sbyte> x0 = Codes(a + k), x1 = Codes(a1 + k), x2 = Codes(a2 + k), x3 = Codes(a3 + k), x4 = Codes(a4 + k), x5 = Codes(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 16, x0, x1, x2, x3, x4, x5, 0, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 32, x0, x1, x2, x3, x4, x5, 0, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 48, x0, x1, x2, x3, x4, x5, 0, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 64, x0, x1, x2, x3, x4, x5, 1, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 80, x0, x1, x2, x3, x4, x5, 1, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 96, x0, x1, x2, x3, x4, x5, 1, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 112, x0, x1, x2, x3, x4, x5, 1, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 128, x0, x1, x2, x3, x4, x5, 2, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 144, x0, x1, x2, x3, x4, x5, 2, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 160, x0, x1, x2, x3, x4, x5, 2, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 176, x0, x1, x2, x3, x4, x5, 2, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 192, x0, x1, x2, x3, x4, x5, 3, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 208, x0, x1, x2, x3, x4, x5, 3, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 224, x0, x1, x2, x3, x4, x5, 3, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 240, x0, x1, x2, x3, x4, x5, 3, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
        }
        for (; k < 4 * steps; k += 4, b += 4 * PanelLayout.Wide)
        {
            Vector128<sbyte> x0 = Four(a + k), x1 = Four(a1 + k), x2 = Four(a2 + k), x3 = Four(a3 + k), x4 = Four(a4 + k), x5 = Four(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 16, x0, x1, x2, x3, x4, x5, 0, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 32, x0, x1, x2, x3, x4, x5, 0, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52);
            Multiply(b + 48, x0, x1, x2, x3, x4, x5, 0, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
        }
        Store(sums, s00, s01, s02, s03);
        Store(sums + 16, s10, s11, s12, s13);
        Store(sums + 32, s20, s21, s22, s23);
        Store(sums + 48, s30, s31, s32, s33);
        Store(sums + 64, s40, s41, s42, s43);
        Store(sums + 80, s50, s51, s52, s53);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void SixByNarrow(byte* a, nint stride, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s00 = AdvSimd.LoadVector128(start), s01 = AdvSimd.LoadVector128(start + 4);
        Vector128<int> s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01, s40 = s00, s41 = s01, s50 = s00, s51 = s01;
        byte* a1 = a + stride, a2 = a1 + stride, a3 = a2 + stride, a4 = a3 + stride, a5 = a4 + stride;
        nint k = 0;
        for (; k + 4 * Quarters <= 4 * steps; k += 4 * Quarters, b += Quarters * 4 * PanelLayout.Narrow)
        {
            Vector128<sbyte> x0 = Codes(a + k), x1 = Codes(a1 + k), x2 = Codes(a2 + k), x3 = Codes(a3 + k), x4 = Codes(a4 + k), x5 = Codes(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 16, x0, x1, x2, x3, x4, x5, 0, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 32, x0, x1, x2, x3, x4, x5, 1, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 48, x0, x1, x2, x3, x4, x5, 1, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 64, x0, x1, x2, x3, x4, x5, 2, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 80, x0, x1, x2, x3, x4, x5, 2, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 96, x0, x1, x2, x3, x4, x5, 3, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 112, x0, x1, x2, x3, x4, x5, 3, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
        }
        for (; k < 4 * steps; k += 4, b += 4 * PanelLayout.Narrow)
        {
            Vector128<sbyte> x0 = Four(a + k), x1 = Four(a1 + k), x2 = Four(a2 + k), x3 = Four(a3 + k), x4 = Four(a4 + k), x5 = Four(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50);
            Multiply(b + 16, x0, x1, x2, x3, x4, x5, 0, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
        }
        Store(sums, s00, s01);
        Store(sums + 16, s10, s11);
        Store(sums + 32, s20, s21);
        Store(sums + 48, s30, s31);
        Store(sums + 64, s40, s41);
        Store(sums + 80, s50, s51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneByWide(byte* a, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s0 = AdvSimd.LoadVector128(start), s1 = AdvSimd.LoadVector128(start + 4);
        Vector128<int> s2 = AdvSimd.LoadVector128(start + 8), s3 = AdvSimd.LoadVector128(start + 12);
        for (; steps >= Quarters; steps -= Quarters, a += 4 * Quarters, b += Quarters * 4 * PanelLayout.Wide)
        {
            Vector128<sbyte> x = Codes(a);
            Multiply(b, x, 0, ref s0, ref s1);
            Multiply(b + 32, x, 0, ref s2, ref s3);
            Multiply(b + 64, x, 1, ref s0, ref s1);
            Multiply(b + 96, x, 1, ref s2, ref s3);
            Multiply(b + 128, x, 2, ref s0, ref s1);
            Multiply(b + 160, x, 2, ref s2, ref s3);
            Multiply(b + 192, x, 3, ref s0, ref s1);
            Multiply(b + 224, x, 3, ref s2, ref s3);
        }
        for (; steps > 0; steps--, a += 4, b += 4 * PanelLayout.Wide)
        {
            Vector128<sbyte> x = Four(a);
            Multiply(b, x, 0, ref s0, ref s1);
            Multiply(b + 32, x, 0, ref s2, ref s3);
        }
        Store(sums, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneByNarrow(byte* a, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s0 = AdvSimd.LoadVector128(start), s1 = AdvSimd.LoadVector128(start + 4);
        for (; steps > 0; steps--, a += 4, b += 4 * PanelLayout.Narrow) Multiply(b, Four(a), 0, ref s0, ref s1);
        Store(sums, s0, s1);
    }

    /// <summary>Adds the products of four codes of each row and the weights of four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        sbyte* weights, Vector128<sbyte> x0, Vector128<sbyte> x1, Vector128<sbyte> x2, Vector128<sbyte> x3, Vector128<sbyte> x4, Vector128<sbyte> x5,
        [ConstantExpected(Max = (byte)(Quarters - 1))] byte quarter,
        ref Vector128<int> s0, ref Vector128<int> s1, ref Vector128<int> s2, ref Vector128<int> s3, ref Vector128<int> s4, ref Vector128<int> s5)
    {
        Vector128<sbyte> w = AdvSimd.LoadVector128(weights);
        s0 = Dp.DotProductBySelectedQuadruplet(s0, w, x0, quarter);
        s1 = Dp.DotProductBySelectedQuadruplet(s1, w, x1, quarter);
        s2 = Dp.DotProductBySelectedQuadruplet(s2, w, x2, quarter);
        s3 = Dp.DotProductBySelectedQuadruplet(s3, w, x3, quarter);
        s4 = Dp.DotProductBySelectedQuadruplet(s4, w, x4, quarter);
        s5 = Dp.DotProductBySelectedQuadruplet(s5, w, x5, quarter);
    }

    /// <summary>Adds the products of four codes of a row and the weights of eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        sbyte* weights, Vector128<sbyte> x, [ConstantExpected(Max = (byte)(Quarters - 1))] byte quarter, ref Vector128<int> s0, ref Vector128<int> s1)
    {
        s0 = Dp.DotProductBySelectedQuadruplet(s0, AdvSimd.LoadVector128(weights), x, quarter);
        s1 = Dp.DotProductBySelectedQuadruplet(s1, AdvSimd.LoadVector128(weights + 16), x, quarter);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Codes(byte* at) => AdvSimd.Xor(AdvSimd.LoadVector128(at), Vector128.Create((byte)128)).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<sbyte> Four(byte* at) =>
        AdvSimd.Xor(Vector128.CreateScalarUnsafe(*(uint*)at).AsByte(), Vector128.Create((byte)128)).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* to, Vector128<int> s0, Vector128<int> s1, Vector128<int> s2, Vector128<int> s3)
    {
        Store(to, s0, s1);
        Store(to + 8, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* to, Vector128<int> s0, Vector128<int> s1)
    {
        AdvSimd.Store(to, s0);
        AdvSimd.Store(to + 4, s1);
    }
}
