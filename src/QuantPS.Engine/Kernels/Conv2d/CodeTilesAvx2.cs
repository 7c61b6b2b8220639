using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Tiles of a product of int16 rows and int8 columns, in pairs of the depth. Sums start from the same numbers in each row, and go out
/// in rows of 16.
/// </summary>
internal static unsafe class CodeTilesAvx2
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void SixByWide(short* a, nint stride, sbyte* b, nint pairs, int* start, int* sums)
    {
        Vector256<int> s00 = Avx.LoadVector256(start), s01 = Avx.LoadVector256(start + 8);
        Vector256<int> s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01, s40 = s00, s41 = s01, s50 = s00, s51 = s01;
        short* a3 = a + 3 * stride;
        for (; pairs > 0; pairs--)
        {
            Vector256<short> b0 = Avx2.ConvertToVector256Int16(b), b1 = Avx2.ConvertToVector256Int16(b + 16);
            Vector256<short> x = Pair(a);
            s00 = Avx2.Add(s00, Avx2.MultiplyAddAdjacent(x, b0));
            s01 = Avx2.Add(s01, Avx2.MultiplyAddAdjacent(x, b1));
            x = Pair(a + stride);
            s10 = Avx2.Add(s10, Avx2.MultiplyAddAdjacent(x, b0));
            s11 = Avx2.Add(s11, Avx2.MultiplyAddAdjacent(x, b1));
            x = Pair(a + 2 * stride);
            s20 = Avx2.Add(s20, Avx2.MultiplyAddAdjacent(x, b0));
            s21 = Avx2.Add(s21, Avx2.MultiplyAddAdjacent(x, b1));
            x = Pair(a3);
            s30 = Avx2.Add(s30, Avx2.MultiplyAddAdjacent(x, b0));
            s31 = Avx2.Add(s31, Avx2.MultiplyAddAdjacent(x, b1));
            x = Pair(a3 + stride);
            s40 = Avx2.Add(s40, Avx2.MultiplyAddAdjacent(x, b0));
            s41 = Avx2.Add(s41, Avx2.MultiplyAddAdjacent(x, b1));
            x = Pair(a3 + 2 * stride);
            s50 = Avx2.Add(s50, Avx2.MultiplyAddAdjacent(x, b0));
            s51 = Avx2.Add(s51, Avx2.MultiplyAddAdjacent(x, b1));
            a += 2;
            a3 += 2;
            b += 32;
        }
        Avx.Store(sums, s00);
        Avx.Store(sums + 8, s01);
        Avx.Store(sums + 16, s10);
        Avx.Store(sums + 24, s11);
        Avx.Store(sums + 32, s20);
        Avx.Store(sums + 40, s21);
        Avx.Store(sums + 48, s30);
        Avx.Store(sums + 56, s31);
        Avx.Store(sums + 64, s40);
        Avx.Store(sums + 72, s41);
        Avx.Store(sums + 80, s50);
        Avx.Store(sums + 88, s51);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void SixByNarrow(short* a, nint stride, sbyte* b, nint pairs, int* start, int* sums)
    {
        Vector256<int> s0 = Avx.LoadVector256(start);
        Vector256<int> s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0;
        short* a3 = a + 3 * stride;
        for (; pairs > 0; pairs--)
        {
            Vector256<short> b0 = Avx2.ConvertToVector256Int16(b);
            s0 = Avx2.Add(s0, Avx2.MultiplyAddAdjacent(Pair(a), b0));
            s1 = Avx2.Add(s1, Avx2.MultiplyAddAdjacent(Pair(a + stride), b0));
            s2 = Avx2.Add(s2, Avx2.MultiplyAddAdjacent(Pair(a + 2 * stride), b0));
            s3 = Avx2.Add(s3, Avx2.MultiplyAddAdjacent(Pair(a3), b0));
            s4 = Avx2.Add(s4, Avx2.MultiplyAddAdjacent(Pair(a3 + stride), b0));
            s5 = Avx2.Add(s5, Avx2.MultiplyAddAdjacent(Pair(a3 + 2 * stride), b0));
            a += 2;
            a3 += 2;
            b += 16;
        }
        Avx.Store(sums, s0);
        Avx.Store(sums + 16, s1);
        Avx.Store(sums + 32, s2);
        Avx.Store(sums + 48, s3);
        Avx.Store(sums + 64, s4);
        Avx.Store(sums + 80, s5);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneByWide(short* a, sbyte* b, nint pairs, int* start, int* sums)
    {
        Vector256<int> s0 = Avx.LoadVector256(start), s1 = Avx.LoadVector256(start + 8);
        for (; pairs > 0; pairs--, a += 2, b += 32)
        {
            Vector256<short> x = Pair(a);
            s0 = Avx2.Add(s0, Avx2.MultiplyAddAdjacent(x, Avx2.ConvertToVector256Int16(b)));
            s1 = Avx2.Add(s1, Avx2.MultiplyAddAdjacent(x, Avx2.ConvertToVector256Int16(b + 16)));
        }
        Avx.Store(sums, s0);
        Avx.Store(sums + 8, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneByNarrow(short* a, sbyte* b, nint pairs, int* start, int* sums)
    {
        Vector256<int> sum = Avx.LoadVector256(start);
        for (; pairs > 0; pairs--, a += 2, b += 16)
            sum = Avx2.Add(sum, Avx2.MultiplyAddAdjacent(Pair(a), Avx2.ConvertToVector256Int16(b)));
        Avx.Store(sums, sum);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Pair(short* at) => Avx2.BroadcastScalarToVector256((int*)at).AsInt16();
}
