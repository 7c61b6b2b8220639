using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Codes and weights are widened to int16, and their products added up in int32 (SMLAL), which is exact for all of them. A row gives a
/// vector of eight codes, whose lanes multiply the weights.
/// </summary>
internal readonly unsafe struct CodeTilesAdvSimdWide : ICodeTiles
{
    private const int Lanes = 8;

    public static InstructionSet InstructionSet => InstructionSet.AdvSimd;

    public static int Step => 1;

    public static int Shift => 0;

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
        for (; k + Lanes <= steps; k += Lanes, b += Lanes * PanelLayout.Wide)
        {
            Vector128<short> x0 = Codes(a + k), x1 = Codes(a1 + k), x2 = Codes(a2 + k), x3 = Codes(a3 + k), x4 = Codes(a4 + k), x5 = Codes(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 8, x0, x1, x2, x3, x4, x5, 0, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 16, x0, x1, x2, x3, x4, x5, 1, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 24, x0, x1, x2, x3, x4, x5, 1, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 32, x0, x1, x2, x3, x4, x5, 2, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 40, x0, x1, x2, x3, x4, x5, 2, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 48, x0, x1, x2, x3, x4, x5, 3, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 56, x0, x1, x2, x3, x4, x5, 3, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 64, x0, x1, x2, x3, x4, x5, 4, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 72, x0, x1, x2, x3, x4, x5, 4, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 80, x0, x1, x2, x3, x4, x5, 5, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 88, x0, x1, x2, x3, x4, x5, 5, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 96, x0, x1, x2, x3, x4, x5, 6, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 104, x0, x1, x2, x3, x4, x5, 6, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
            Multiply(b + 112, x0, x1, x2, x3, x4, x5, 7, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 120, x0, x1, x2, x3, x4, x5, 7, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
        }
        for (; k < steps; k++, b += PanelLayout.Wide)
        {
            Vector128<short> x0 = Code(a + k), x1 = Code(a1 + k), x2 = Code(a2 + k), x3 = Code(a3 + k), x4 = Code(a4 + k), x5 = Code(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 8, x0, x1, x2, x3, x4, x5, 0, ref s02, ref s12, ref s22, ref s32, ref s42, ref s52, ref s03, ref s13, ref s23, ref s33, ref s43, ref s53);
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
        for (; k + Lanes <= steps; k += Lanes, b += Lanes * PanelLayout.Narrow)
        {
            Vector128<short> x0 = Codes(a + k), x1 = Codes(a1 + k), x2 = Codes(a2 + k), x3 = Codes(a3 + k), x4 = Codes(a4 + k), x5 = Codes(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 8, x0, x1, x2, x3, x4, x5, 1, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 16, x0, x1, x2, x3, x4, x5, 2, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 24, x0, x1, x2, x3, x4, x5, 3, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 32, x0, x1, x2, x3, x4, x5, 4, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 40, x0, x1, x2, x3, x4, x5, 5, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 48, x0, x1, x2, x3, x4, x5, 6, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
            Multiply(b + 56, x0, x1, x2, x3, x4, x5, 7, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
        }
        for (; k < steps; k++, b += PanelLayout.Narrow)
        {
            Vector128<short> x0 = Code(a + k), x1 = Code(a1 + k), x2 = Code(a2 + k), x3 = Code(a3 + k), x4 = Code(a4 + k), x5 = Code(a5 + k);
            Multiply(b, x0, x1, x2, x3, x4, x5, 0, ref s00, ref s10, ref s20, ref s30, ref s40, ref s50, ref s01, ref s11, ref s21, ref s31, ref s41, ref s51);
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
        for (; steps >= Lanes; steps -= Lanes, a += Lanes, b += Lanes * PanelLayout.Wide)
        {
            Vector128<short> x = Codes(a);
            Multiply(b, x, 0, ref s0, ref s1);
            Multiply(b + 8, x, 0, ref s2, ref s3);
            Multiply(b + 16, x, 1, ref s0, ref s1);
            Multiply(b + 24, x, 1, ref s2, ref s3);
            Multiply(b + 32, x, 2, ref s0, ref s1);
            Multiply(b + 40, x, 2, ref s2, ref s3);
            Multiply(b + 48, x, 3, ref s0, ref s1);
            Multiply(b + 56, x, 3, ref s2, ref s3);
            Multiply(b + 64, x, 4, ref s0, ref s1);
            Multiply(b + 72, x, 4, ref s2, ref s3);
            Multiply(b + 80, x, 5, ref s0, ref s1);
            Multiply(b + 88, x, 5, ref s2, ref s3);
            Multiply(b + 96, x, 6, ref s0, ref s1);
            Multiply(b + 104, x, 6, ref s2, ref s3);
            Multiply(b + 112, x, 7, ref s0, ref s1);
            Multiply(b + 120, x, 7, ref s2, ref s3);
        }
        for (; steps > 0; steps--, a++, b += PanelLayout.Wide)
        {
            Vector128<short> x = Code(a);
            Multiply(b, x, 0, ref s0, ref s1);
            Multiply(b + 8, x, 0, ref s2, ref s3);
        }
        Store(sums, s0, s1, s2, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneByNarrow(byte* a, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s0 = AdvSimd.LoadVector128(start), s1 = AdvSimd.LoadVector128(start + 4);
        for (; steps > 0; steps--, a++, b += PanelLayout.Narrow) Multiply(b, Code(a), 0, ref s0, ref s1);
        Store(sums, s0, s1);
    }

    /// <summary>Adds the products of a code of each row and the weights of eight columns.</summary>
    /// <remarks>The upper four first: the lower ones then need no register of their own.</remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        sbyte* weights, Vector128<short> x0, Vector128<short> x1, Vector128<short> x2, Vector128<short> x3, Vector128<short> x4, Vector128<short> x5,
        [ConstantExpected(Max = (byte)(Lanes - 1))] byte lane,
        ref Vector128<int> s00, ref Vector128<int> s10, ref Vector128<int> s20, ref Vector128<int> s30, ref Vector128<int> s40, ref Vector128<int> s50,
        ref Vector128<int> s01, ref Vector128<int> s11, ref Vector128<int> s21, ref Vector128<int> s31, ref Vector128<int> s41, ref Vector128<int> s51)
    {
        Vector128<short> w = AdvSimd.SignExtendWideningLower(AdvSimd.LoadVector64(weights));
        s01 = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(s01, w, x0, lane);
        s11 = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(s11, w, x1, lane);
        s21 = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(s21, w, x2, lane);
        s31 = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(s31, w, x3, lane);
        s41 = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(s41, w, x4, lane);
        s51 = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(s51, w, x5, lane);
        s00 = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(s00, w.GetLower(), x0, lane);
        s10 = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(s10, w.GetLower(), x1, lane);
        s20 = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(s20, w.GetLower(), x2, lane);
        s30 = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(s30, w.GetLower(), x3, lane);
        s40 = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(s40, w.GetLower(), x4, lane);
        s50 = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(s50, w.GetLower(), x5, lane);
    }

    /// <summary>Adds the products of a code of a row and the weights of eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        sbyte* weights, Vector128<short> x, [ConstantExpected(Max = (byte)(Lanes - 1))] byte lane, ref Vector128<int> s0, ref Vector128<int> s1)
    {
        Vector128<short> w = AdvSimd.SignExtendWideningLower(AdvSimd.LoadVector64(weights));
        s1 = AdvSimd.MultiplyBySelectedScalarWideningUpperAndAdd(s1, w, x, lane);
        s0 = AdvSimd.MultiplyBySelectedScalarWideningLowerAndAdd(s0, w.GetLower(), x, lane);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Codes(byte* at) => AdvSimd.ZeroExtendWideningLower(AdvSimd.LoadVector64(at)).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<short> Code(byte* at) => Vector128.CreateScalarUnsafe((short)*at);

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
