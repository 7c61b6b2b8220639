using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Tiles of 4 rows, or one, by 32 columns in two vectors of 512 bits.</summary>
internal static unsafe class ByteTiles512
{
    private const int StepBytes = 128;
    private const int Columns = 32;

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Four<TDot>(in ByteTile tile, byte* a, in SumStart start, int* sums, TileFinish finish) where TDot : struct, IDot512
    {
        int* low = (int*)start.First, high = low + start.Half;
        nint row = start.Row;
        Vector512<int> s00 = Avx512F.LoadVector512(low), s01 = Avx512F.LoadVector512(high);
        Vector512<int> s10 = Avx512F.LoadVector512(low + row), s11 = Avx512F.LoadVector512(high + row);
        Vector512<int> s20 = Avx512F.LoadVector512(low + 2 * row), s21 = Avx512F.LoadVector512(high + 2 * row);
        Vector512<int> s30 = Avx512F.LoadVector512(low + 3 * row), s31 = Avx512F.LoadVector512(high + 3 * row);
        var w = (sbyte*)tile.Weights;
        var offsets = (int*)tile.Offsets;
        var order = (ushort*)tile.Order;
        nint stride = tile.Stride;
        for (nint pairs = tile.Pairs; pairs > 0; pairs--, order += 2, w += 2 * StepBytes)
        {
            Vector512<sbyte> w0 = Avx512F.LoadVector512(w), w1 = Avx512F.LoadVector512(w + 64);
            Vector512<sbyte> v0 = Avx512F.LoadVector512(w + 128), v1 = Avx512F.LoadVector512(w + 192);
            byte* p = a + offsets[order[0]], q = a + offsets[order[1]];
            Vector512<byte> x = Codes(p), y = Codes(q);
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
            Vector512<sbyte> w0 = Avx512F.LoadVector512(w), w1 = Avx512F.LoadVector512(w + 64);
            byte* p = a + offsets[order[0]];
            Vector512<byte> x = Codes(p);
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
        if (finish.Requantize is { } requantize)
        {
            float* numbers = finish.Numbers;
            byte* to = finish.To;
            nint pitch = finish.Pitch;
            Vector512<float> scale0 = Avx512F.LoadVector512(numbers + PanelNumbers.Scale * Columns), scale1 = Avx512F.LoadVector512(numbers + PanelNumbers.Scale * Columns + 16);
            Vector512<float> bias0 = Avx512F.LoadVector512(numbers + PanelNumbers.Bias * Columns), bias1 = Avx512F.LoadVector512(numbers + PanelNumbers.Bias * Columns + 16);
            Vector512<float> factor0 = Avx512F.LoadVector512(numbers + PanelNumbers.Factor * Columns), factor1 = Avx512F.LoadVector512(numbers + PanelNumbers.Factor * Columns + 16);
            Sse2.Store(to, requantize.Codes(s00, scale0, bias0, factor0));
            Sse2.Store(to + 16, requantize.Codes(s01, scale1, bias1, factor1));
            Sse2.Store(to + pitch, requantize.Codes(s10, scale0, bias0, factor0));
            Sse2.Store(to + pitch + 16, requantize.Codes(s11, scale1, bias1, factor1));
            to += 2 * pitch;
            Sse2.Store(to, requantize.Codes(s20, scale0, bias0, factor0));
            Sse2.Store(to + 16, requantize.Codes(s21, scale1, bias1, factor1));
            Sse2.Store(to + pitch, requantize.Codes(s30, scale0, bias0, factor0));
            Sse2.Store(to + pitch + 16, requantize.Codes(s31, scale1, bias1, factor1));
            return;
        }
        Avx512F.Store(sums, s00);
        Avx512F.Store(sums + 64, s01);
        Avx512F.Store(sums + 16, s10);
        Avx512F.Store(sums + 80, s11);
        Avx512F.Store(sums + 32, s20);
        Avx512F.Store(sums + 96, s21);
        Avx512F.Store(sums + 48, s30);
        Avx512F.Store(sums + 112, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void One<TDot>(in ByteTile tile, byte* a, in SumStart start, int* sums) where TDot : struct, IDot512
    {
        // Two sums of each column, so that steps do not wait for each other.
        Vector512<int> s0 = Avx512F.LoadVector512((int*)start.First), s1 = Avx512F.LoadVector512((int*)start.First + start.Half), t0 = default, t1 = default;
        var w = (sbyte*)tile.Weights;
        var offsets = (int*)tile.Offsets;
        var order = (ushort*)tile.Order;
        nint steps = 2 * tile.Pairs + tile.Singles;
        for (; steps >= 2; steps -= 2, order += 2, w += 2 * StepBytes)
        {
            Vector512<byte> x = Codes(a + offsets[order[0]]), y = Codes(a + offsets[order[1]]);
            s0 = TDot.Add(s0, x, Avx512F.LoadVector512(w));
            s1 = TDot.Add(s1, x, Avx512F.LoadVector512(w + 64));
            t0 = TDot.Add(t0, y, Avx512F.LoadVector512(w + 128));
            t1 = TDot.Add(t1, y, Avx512F.LoadVector512(w + 192));
        }
        if (steps > 0)
        {
            Vector512<byte> x = Codes(a + offsets[order[0]]);
            s0 = TDot.Add(s0, x, Avx512F.LoadVector512(w));
            s1 = TDot.Add(s1, x, Avx512F.LoadVector512(w + 64));
        }
        Avx512F.Store(sums, Avx512F.Add(s0, t0));
        Avx512F.Store(sums + 64, Avx512F.Add(s1, t1));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddStep<TDot>(sbyte* w, uint codes, int* sums) where TDot : struct, IDot512
    {
        Vector512<byte> x = Vector512.Create(codes).AsByte();
        Avx512F.Store(sums, TDot.Add(Avx512F.LoadVector512(sums), x, Avx512F.LoadVector512(w)));
        Avx512F.Store(sums + ByteTile.BlockSums, TDot.Add(Avx512F.LoadVector512(sums + ByteTile.BlockSums), x, Avx512F.LoadVector512(w + 64)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<byte> Codes(byte* at) => Vector512.Create(*(uint*)at).AsByte();
}
