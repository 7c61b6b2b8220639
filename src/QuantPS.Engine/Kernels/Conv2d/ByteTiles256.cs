using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Tiles of 4 rows, or one, by 16 columns in two vectors of 256 bits.</summary>
internal static unsafe class ByteTiles256
{
    private const int StepBytes = 64;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Four<TDot>(in ByteTile tile, byte* a, in SumStart start, int* sums) where TDot : struct, IDot256
    {
        int* low = (int*)start.First, high = low + start.Half;
        nint row = start.Row;
        Vector256<int> s00 = Avx.LoadVector256(low), s01 = Avx.LoadVector256(high);
        Vector256<int> s10 = Avx.LoadVector256(low + row), s11 = Avx.LoadVector256(high + row);
        Vector256<int> s20 = Avx.LoadVector256(low + 2 * row), s21 = Avx.LoadVector256(high + 2 * row);
        Vector256<int> s30 = Avx.LoadVector256(low + 3 * row), s31 = Avx.LoadVector256(high + 3 * row);
        var w = (sbyte*)tile.Weights;
        var offsets = (int*)tile.Offsets;
        var order = (ushort*)tile.Order;
        nint stride = tile.Stride;
        for (nint pairs = tile.Pairs; pairs > 0; pairs--, order += 2, w += 2 * StepBytes)
        {
            Vector256<sbyte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
            Vector256<sbyte> v0 = Avx.LoadVector256(w + 64), v1 = Avx.LoadVector256(w + 96);
            byte* p = a + offsets[order[0]], q = a + offsets[order[1]];
            Vector256<byte> x = Codes(p), y = Codes(q);
            s00 = TDot.AddPair(s00, x, w0, y, v0);
            s01 = TDot.AddPair(s01, x, w1, y, v1);
            (x, y) = (Codes(p + stride), Codes(q + stride));
            s10 = TDot.AddPair(s10, x, w0, y, v0);
            s11 = TDot.AddPair(s11, x, w1, y, v1);
            p += 2 * stride;
            q += 2 * stride;
            (x, y) = (Codes(p), Codes(q));
            s20 = TDot.AddPair(s20, x, w0, y, v0);
            s21 = TDot.AddPair(s21, x, w1, y, v1);
            (x, y) = (Codes(p + stride), Codes(q + stride));
            s30 = TDot.AddPair(s30, x, w0, y, v0);
            s31 = TDot.AddPair(s31, x, w1, y, v1);
        }
        for (nint singles = tile.Singles; singles > 0; singles--, order++, w += StepBytes)
        {
            Vector256<sbyte> w0 = Avx.LoadVector256(w), w1 = Avx.LoadVector256(w + 32);
            byte* p = a + offsets[order[0]];
            Vector256<byte> x = Codes(p);
            s00 = TDot.Add(s00, x, w0);
            s01 = TDot.Add(s01, x, w1);
            x = Codes(p + stride);
            s10 = TDot.Add(s10, x, w0);
            s11 = TDot.Add(s11, x, w1);
            x = Codes(p + 2 * stride);
            s20 = TDot.Add(s20, x, w0);
            s21 = TDot.Add(s21, x, w1);
            x = Codes(p + 3 * stride);
            s30 = TDot.Add(s30, x, w0);
            s31 = TDot.Add(s31, x, w1);
        }
        Avx.Store(sums, s00);
        Avx.Store(sums + 8, s01);
        Avx.Store(sums + 16, s10);
        Avx.Store(sums + 24, s11);
        Avx.Store(sums + 32, s20);
        Avx.Store(sums + 40, s21);
        Avx.Store(sums + 48, s30);
        Avx.Store(sums + 56, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void One<TDot>(in ByteTile tile, byte* a, in SumStart start, int* sums) where TDot : struct, IDot256
    {
        // Two sums of each column, so that steps do not wait for each other.
        Vector256<int> s0 = Avx.LoadVector256((int*)start.First), s1 = Avx.LoadVector256((int*)start.First + start.Half), t0 = default, t1 = default;
        var w = (sbyte*)tile.Weights;
        var offsets = (int*)tile.Offsets;
        var order = (ushort*)tile.Order;
        nint steps = 2 * tile.Pairs + tile.Singles;
        for (; steps >= 2; steps -= 2, order += 2, w += 2 * StepBytes)
        {
            Vector256<byte> x = Codes(a + offsets[order[0]]), y = Codes(a + offsets[order[1]]);
            s0 = TDot.Add(s0, x, Avx.LoadVector256(w));
            s1 = TDot.Add(s1, x, Avx.LoadVector256(w + 32));
            t0 = TDot.Add(t0, y, Avx.LoadVector256(w + 64));
            t1 = TDot.Add(t1, y, Avx.LoadVector256(w + 96));
        }
        if (steps > 0)
        {
            Vector256<byte> x = Codes(a + offsets[order[0]]);
            s0 = TDot.Add(s0, x, Avx.LoadVector256(w));
            s1 = TDot.Add(s1, x, Avx.LoadVector256(w + 32));
        }
        Avx.Store(sums, Avx2.Add(s0, t0));
        Avx.Store(sums + 8, Avx2.Add(s1, t1));
    }

    public static int NextLargeCode(byte* codes, int from, int count)
    {
        for (; from < count; from += 32)
        {
            int mask = Avx2.MoveMask(Avx.LoadVector256(codes + from));
            if (mask != 0) return from + BitOperations.TrailingZeroCount(mask);
        }
        return count;
    }

    public static bool HasLargeCodes(byte* codes, nint count)
    {
        if (count < 32)
        {
            int few = 0;
            for (nint at = 0; at < count; at++) few |= codes[at];
            return few > sbyte.MaxValue;
        }
        // The last vector reaches back over bytes that are done.
        Vector256<byte> all = Avx.LoadVector256(codes + count - 32);
        nint i = 0;
        for (; i + 64 <= count; i += 64) all = Avx2.Or(all, Avx2.Or(Avx.LoadVector256(codes + i), Avx.LoadVector256(codes + i + 32)));
        if (i + 32 <= count) all = Avx2.Or(all, Avx.LoadVector256(codes + i));
        return Avx2.MoveMask(all) != 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddStep<TDot>(sbyte* w, uint codes, int* sums) where TDot : struct, IDot256
    {
        Vector256<byte> x = Vector256.Create(codes).AsByte();
        Avx.Store(sums, TDot.Add(Avx.LoadVector256(sums), x, Avx.LoadVector256(w)));
        Avx.Store(sums + 8, TDot.Add(Avx.LoadVector256(sums + 8), x, Avx.LoadVector256(w + 32)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<byte> Codes(byte* at) => Avx2.BroadcastScalarToVector256((uint*)at).AsByte();
}
