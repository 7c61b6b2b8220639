using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Products of signed bytes are added in pairs in int16, which holds them but where both weights are -128, and then in int32. Two codes
/// of a row lie in each of a vector's lanes of 16 bits, and so do the weights of a column: a product takes four columns.
/// </summary>
internal readonly unsafe struct CodeTilesAdvSimd : ICodeTiles
{
    private const int Lanes = 4;
    private const int Rows = 3;

    public static InstructionSet InstructionSet => InstructionSet.AdvSimd;

    public static int Step => 2;

    public static int Shift => 128;

    public static byte Flip => 128;

    public static bool AreExactFor(CodeWeights weights)
    {
        if (!weights.AreBytes) return false;
        for (int output = 0; output < weights.Outputs; output++)
            if (HasLargestPair(weights.Row(output))) return false;
        return true;
    }

    public static void SixByWide(byte* a, nint stride, sbyte* b, nint steps, int* start, int* sums)
    {
        ThreeByWide(a, stride, b, steps, start, sums);
        ThreeByWide(a + Rows * stride, stride, b, steps, start, sums + Rows * PanelLayout.Wide);
    }

    public static void SixByNarrow(byte* a, nint stride, sbyte* b, nint steps, int* start, int* sums)
    {
        ThreeByNarrow(a, stride, b, steps, start, sums);
        ThreeByNarrow(a + Rows * stride, stride, b, steps, start, sums + Rows * PanelLayout.Wide);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ThreeByWide(byte* a, nint stride, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s00 = AdvSimd.LoadVector128(start), s01 = AdvSimd.LoadVector128(start + 4);
        Vector128<int> s02 = AdvSimd.LoadVector128(start + 8), s03 = AdvSimd.LoadVector128(start + 12);
        Vector128<int> s10 = s00, s11 = s01, s12 = s02, s13 = s03, s20 = s00, s21 = s01, s22 = s02, s23 = s03;
        byte* a1 = a + stride, a2 = a1 + stride;
        nint k = 0;
        for (; k + 2 * Lanes <= 2 * steps; k += 2 * Lanes, b += 2 * Lanes * PanelLayout.Wide)
        {
            Vector64<short> x0 = Codes(a + k), x1 = Codes(a1 + k), x2 = Codes(a2 + k);
            Vector64<sbyte> p0 = Lane(x0, 0), p1 = Lane(x1, 0), p2 = Lane(x2, 0);
            Vector64<sbyte> q0 = Lane(x0, 1), q1 = Lane(x1, 1), q2 = Lane(x2, 1);
            Multiply(b, b + 32, p0, p1, p2, q0, q1, q2, ref s00, ref s10, ref s20);
            Multiply(b + 8, b + 40, p0, p1, p2, q0, q1, q2, ref s01, ref s11, ref s21);
            Multiply(b + 16, b + 48, p0, p1, p2, q0, q1, q2, ref s02, ref s12, ref s22);
            Multiply(b + 24, b + 56, p0, p1, p2, q0, q1, q2, ref s03, ref s13, ref s23);
            (p0, p1, p2) = (Lane(x0, 2), Lane(x1, 2), Lane(x2, 2));
            (q0, q1, q2) = (Lane(x0, 3), Lane(x1, 3), Lane(x2, 3));
            Multiply(b + 64, b + 96, p0, p1, p2, q0, q1, q2, ref s00, ref s10, ref s20);
            Multiply(b + 72, b + 104, p0, p1, p2, q0, q1, q2, ref s01, ref s11, ref s21);
            Multiply(b + 80, b + 112, p0, p1, p2, q0, q1, q2, ref s02, ref s12, ref s22);
            Multiply(b + 88, b + 120, p0, p1, p2, q0, q1, q2, ref s03, ref s13, ref s23);
        }
        for (; k < 2 * steps; k += 4, b += 4 * PanelLayout.Wide)
        {
            bool pair = k + 2 < 2 * steps;
            Vector64<short> x0 = Codes(a + k, pair), x1 = Codes(a1 + k, pair), x2 = Codes(a2 + k, pair);
            Vector64<sbyte> p0 = Lane(x0, 0), p1 = Lane(x1, 0), p2 = Lane(x2, 0);
            Vector64<sbyte> q0 = Lane(x0, 1), q1 = Lane(x1, 1), q2 = Lane(x2, 1);
            Multiply(b, b + 32, p0, p1, p2, q0, q1, q2, ref s00, ref s10, ref s20);
            Multiply(b + 8, b + 40, p0, p1, p2, q0, q1, q2, ref s01, ref s11, ref s21);
            Multiply(b + 16, b + 48, p0, p1, p2, q0, q1, q2, ref s02, ref s12, ref s22);
            Multiply(b + 24, b + 56, p0, p1, p2, q0, q1, q2, ref s03, ref s13, ref s23);
        }
        Store(sums, s00, s01, s02, s03);
        Store(sums + 16, s10, s11, s12, s13);
        Store(sums + 32, s20, s21, s22, s23);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void ThreeByNarrow(byte* a, nint stride, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s00 = AdvSimd.LoadVector128(start), s01 = AdvSimd.LoadVector128(start + 4), s10 = s00, s11 = s01, s20 = s00, s21 = s01;
        byte* a1 = a + stride, a2 = a1 + stride;
        nint k = 0;
        for (; k + 2 * Lanes <= 2 * steps; k += 2 * Lanes, b += 2 * Lanes * PanelLayout.Narrow)
        {
            Vector64<short> x0 = Codes(a + k), x1 = Codes(a1 + k), x2 = Codes(a2 + k);
            Vector64<sbyte> p0 = Lane(x0, 0), p1 = Lane(x1, 0), p2 = Lane(x2, 0);
            Vector64<sbyte> q0 = Lane(x0, 1), q1 = Lane(x1, 1), q2 = Lane(x2, 1);
            Multiply(b, b + 16, p0, p1, p2, q0, q1, q2, ref s00, ref s10, ref s20);
            Multiply(b + 8, b + 24, p0, p1, p2, q0, q1, q2, ref s01, ref s11, ref s21);
            (p0, p1, p2) = (Lane(x0, 2), Lane(x1, 2), Lane(x2, 2));
            (q0, q1, q2) = (Lane(x0, 3), Lane(x1, 3), Lane(x2, 3));
            Multiply(b + 32, b + 48, p0, p1, p2, q0, q1, q2, ref s00, ref s10, ref s20);
            Multiply(b + 40, b + 56, p0, p1, p2, q0, q1, q2, ref s01, ref s11, ref s21);
        }
        for (; k < 2 * steps; k += 4, b += 4 * PanelLayout.Narrow)
        {
            bool pair = k + 2 < 2 * steps;
            Vector64<short> x0 = Codes(a + k, pair), x1 = Codes(a1 + k, pair), x2 = Codes(a2 + k, pair);
            Vector64<sbyte> p0 = Lane(x0, 0), p1 = Lane(x1, 0), p2 = Lane(x2, 0);
            Vector64<sbyte> q0 = Lane(x0, 1), q1 = Lane(x1, 1), q2 = Lane(x2, 1);
            Multiply(b, b + 16, p0, p1, p2, q0, q1, q2, ref s00, ref s10, ref s20);
            Multiply(b + 8, b + 24, p0, p1, p2, q0, q1, q2, ref s01, ref s11, ref s21);
        }
        Store(sums, s00, s01);
        Store(sums + 16, s10, s11);
        Store(sums + 32, s20, s21);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneByWide(byte* a, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s00 = AdvSimd.LoadVector128(start), s01 = AdvSimd.LoadVector128(start + 4);
        Vector128<int> s02 = AdvSimd.LoadVector128(start + 8), s03 = AdvSimd.LoadVector128(start + 12);
        nint k = 0;
        for (; k + 2 * Lanes <= 2 * steps; k += 2 * Lanes, b += 2 * Lanes * PanelLayout.Wide)
        {
            Vector64<short> x = Codes(a + k);
            Vector64<sbyte> p = Lane(x, 0), q = Lane(x, 1);
            Multiply(b, b + 32, p, q, ref s00, ref s01);
            Multiply(b + 16, b + 48, p, q, ref s02, ref s03);
            (p, q) = (Lane(x, 2), Lane(x, 3));
            Multiply(b + 64, b + 96, p, q, ref s00, ref s01);
            Multiply(b + 80, b + 112, p, q, ref s02, ref s03);
        }
        for (; k < 2 * steps; k += 4, b += 4 * PanelLayout.Wide)
        {
            Vector64<short> x = Codes(a + k, k + 2 < 2 * steps);
            Multiply(b, b + 32, Lane(x, 0), Lane(x, 1), ref s00, ref s01);
            Multiply(b + 16, b + 48, Lane(x, 0), Lane(x, 1), ref s02, ref s03);
        }
        Store(sums, s00, s01, s02, s03);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneByNarrow(byte* a, sbyte* b, nint steps, int* start, int* sums)
    {
        Vector128<int> s00 = AdvSimd.LoadVector128(start), s01 = AdvSimd.LoadVector128(start + 4);
        for (nint k = 0; k < 2 * steps; k += 4, b += 4 * PanelLayout.Narrow)
        {
            Vector64<short> x = Codes(a + k, k + 2 < 2 * steps);
            Multiply(b, b + 16, Lane(x, 0), Lane(x, 1), ref s00, ref s01);
        }
        Store(sums, s00, s01);
    }

    /// <summary>Adds the products of two lanes of each row and the weights of four columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(
        sbyte* weights, sbyte* next, Vector64<sbyte> p0, Vector64<sbyte> p1, Vector64<sbyte> p2, Vector64<sbyte> q0, Vector64<sbyte> q1, Vector64<sbyte> q2,
        ref Vector128<int> s0, ref Vector128<int> s1, ref Vector128<int> s2)
    {
        Vector64<sbyte> v = AdvSimd.LoadVector64(weights), w = AdvSimd.LoadVector64(next);
        s0 = AdvSimd.AddPairwiseWideningAndAdd(s0, AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningLower(v, p0), w, q0));
        s1 = AdvSimd.AddPairwiseWideningAndAdd(s1, AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningLower(v, p1), w, q1));
        s2 = AdvSimd.AddPairwiseWideningAndAdd(s2, AdvSimd.MultiplyWideningLowerAndAdd(AdvSimd.MultiplyWideningLower(v, p2), w, q2));
    }

    /// <summary>Adds the products of two lanes of a row and the weights of eight columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Multiply(sbyte* weights, sbyte* next, Vector64<sbyte> p, Vector64<sbyte> q, ref Vector128<int> s0, ref Vector128<int> s1)
    {
        s0 = AdvSimd.AddPairwiseWideningAndAdd(s0, AdvSimd.MultiplyWideningLowerAndAdd(
            AdvSimd.MultiplyWideningLower(AdvSimd.LoadVector64(weights), p), AdvSimd.LoadVector64(next), q));
        s1 = AdvSimd.AddPairwiseWideningAndAdd(s1, AdvSimd.MultiplyWideningLowerAndAdd(
            AdvSimd.MultiplyWideningLower(AdvSimd.LoadVector64(weights + 8), p), AdvSimd.LoadVector64(next + 8), q));
    }

    /// <summary>Four times two codes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector64<sbyte> Lane(Vector64<short> x, [ConstantExpected(Max = (byte)(Lanes - 1))] byte lane) =>
        AdvSimd.DuplicateSelectedScalarToVector64(x, lane).AsSByte();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector64<short> Codes(byte* at) => AdvSimd.LoadVector64(at).AsInt16();

    /// <summary>Four codes, or two and zeros.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector64<short> Codes(byte* at, bool pair) => Vector64.CreateScalar(pair ? *(uint*)at : *(ushort*)at).AsInt16();

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

    /// <summary>Whether two weights whose products are added in int16 are -128 both.</summary>
    private static bool HasLargestPair(ReadOnlySpan<short> weights)
    {
        for (int i = weights.IndexOf<short>(sbyte.MinValue); i >= 0;)
        {
            if ((i & 2) == 0 && i + 2 < weights.Length && weights[i + 2] == sbyte.MinValue) return true;
            int next = weights[(i + 1)..].IndexOf<short>(sbyte.MinValue);
            i = next < 0 ? -1 : i + 1 + next;
        }
        return false;
    }
}
