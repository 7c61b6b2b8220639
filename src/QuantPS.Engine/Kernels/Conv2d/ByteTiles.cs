using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Tiles of 4 or 3 rows, or one, by two vectors of columns. <see cref="ICodeLanes{T}.Codes"/> packs quarters of vectors, so the columns of the
/// first vector are the first four of each eight, and those of the second the other four.
/// </summary>
/// <typeparam name="TVector">The vector, of integers.</typeparam>
/// <typeparam name="TLanes">What is done with vectors.</typeparam>
/// <typeparam name="TDot">How products are added.</typeparam>
internal static unsafe class ByteTiles<TVector, TLanes, TDot> where TLanes : struct, ICodeLanes<TVector> where TDot : struct, IGroupedDot<TVector>
{
    /// <summary>The columns of a tile.</summary>
    public static int Columns => 2 * TLanes.Bytes / sizeof(int);

    /// <summary>The bytes of the weights of a step, and of a row of sums.</summary>
    public static int StepBytes => 2 * TLanes.Bytes;

    /// <summary>The column of a lane, counted over both vectors.</summary>
    public static int Column(int lane) => lane % (Columns / 2) / 4 * 8 + 4 * (lane / (Columns / 2)) + lane % 4;

    /// <summary>Computes four rows, or three.</summary>
    /// <param name="tile">The panel.</param>
    /// <param name="a">The codes of the first row.</param>
    /// <param name="to">Where its output codes go.</param>
    /// <param name="sums">Takes the sums instead; null for output codes.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Rows<TRows, TCap>(in ByteTile tile, byte* a, byte* to, byte* sums) where TRows : struct, ITileRows where TCap : struct, ICodeCap
    {
        TVector s00 = TLanes.Load(tile.Numbers), s01 = TLanes.Load(tile.Numbers + TLanes.Bytes);
        TVector s10 = s00, s11 = s01, s20 = s00, s21 = s01, s30 = s00, s31 = s01;
        byte* w = tile.Weights;
        int* offsets = tile.Offsets;
        nint stride = tile.Stride, stride3 = 3 * stride;
        for (nint threes = tile.Threes; threes > 0; threes--, offsets += 3, w += 3 * StepBytes)
        {
            byte* p = a + offsets[0], q = a + offsets[1], r = a + offsets[2];
            // A vector after the other: the weights of three steps and the sums take eleven registers.
            TVector u = TLanes.Load(w), v = TLanes.Load(w + StepBytes), x = TLanes.Load(w + 2 * StepBytes);
            s00 = TDot.AddThree(s00, Codes<TCap>(p), u, Codes<TCap>(q), v, Codes<TCap>(r), x);
            s10 = TDot.AddThree(s10, Codes<TCap>(p + stride), u, Codes<TCap>(q + stride), v, Codes<TCap>(r + stride), x);
            s20 = TDot.AddThree(s20, Codes<TCap>(p + 2 * stride), u, Codes<TCap>(q + 2 * stride), v, Codes<TCap>(r + 2 * stride), x);
            if (TRows.Count > 3) s30 = TDot.AddThree(s30, Codes<TCap>(p + stride3), u, Codes<TCap>(q + stride3), v, Codes<TCap>(r + stride3), x);
            (u, v, x) = (TLanes.Load(w + TLanes.Bytes), TLanes.Load(w + StepBytes + TLanes.Bytes), TLanes.Load(w + 2 * StepBytes + TLanes.Bytes));
            s01 = TDot.AddThree(s01, Codes<TCap>(p), u, Codes<TCap>(q), v, Codes<TCap>(r), x);
            s11 = TDot.AddThree(s11, Codes<TCap>(p + stride), u, Codes<TCap>(q + stride), v, Codes<TCap>(r + stride), x);
            s21 = TDot.AddThree(s21, Codes<TCap>(p + 2 * stride), u, Codes<TCap>(q + 2 * stride), v, Codes<TCap>(r + 2 * stride), x);
            if (TRows.Count > 3) s31 = TDot.AddThree(s31, Codes<TCap>(p + stride3), u, Codes<TCap>(q + stride3), v, Codes<TCap>(r + stride3), x);
        }
        for (nint twos = tile.Twos; twos > 0; twos--, offsets += 2, w += 2 * StepBytes)
        {
            byte* p = a + offsets[0], q = a + offsets[1];
            TVector u = TLanes.Load(w), v = TLanes.Load(w + StepBytes);
            s00 = TDot.AddTwo(s00, Codes<TCap>(p), u, Codes<TCap>(q), v);
            s10 = TDot.AddTwo(s10, Codes<TCap>(p + stride), u, Codes<TCap>(q + stride), v);
            s20 = TDot.AddTwo(s20, Codes<TCap>(p + 2 * stride), u, Codes<TCap>(q + 2 * stride), v);
            if (TRows.Count > 3) s30 = TDot.AddTwo(s30, Codes<TCap>(p + stride3), u, Codes<TCap>(q + stride3), v);
            (u, v) = (TLanes.Load(w + TLanes.Bytes), TLanes.Load(w + StepBytes + TLanes.Bytes));
            s01 = TDot.AddTwo(s01, Codes<TCap>(p), u, Codes<TCap>(q), v);
            s11 = TDot.AddTwo(s11, Codes<TCap>(p + stride), u, Codes<TCap>(q + stride), v);
            s21 = TDot.AddTwo(s21, Codes<TCap>(p + 2 * stride), u, Codes<TCap>(q + 2 * stride), v);
            if (TRows.Count > 3) s31 = TDot.AddTwo(s31, Codes<TCap>(p + stride3), u, Codes<TCap>(q + stride3), v);
        }
        for (nint ones = tile.Ones; ones > 0; ones--, offsets++, w += StepBytes)
        {
            byte* p = a + offsets[0];
            TVector u = TLanes.Load(w), v = TLanes.Load(w + TLanes.Bytes), x = Codes<TCap>(p);
            (s00, s01) = (TDot.Add(s00, x, u), TDot.Add(s01, x, v));
            x = Codes<TCap>(p + stride);
            (s10, s11) = (TDot.Add(s10, x, u), TDot.Add(s11, x, v));
            x = Codes<TCap>(p + 2 * stride);
            (s20, s21) = (TDot.Add(s20, x, u), TDot.Add(s21, x, v));
            if (TRows.Count == 3) continue;
            x = Codes<TCap>(p + stride3);
            (s30, s31) = (TDot.Add(s30, x, u), TDot.Add(s31, x, v));
        }
        if (sums is not null)
        {
            StoreSums(sums, s00, s01);
            StoreSums(sums + StepBytes, s10, s11);
            StoreSums(sums + 2 * StepBytes, s20, s21);
            if (TRows.Count > 3) StoreSums(sums + 3 * StepBytes, s30, s31);
            return;
        }
        TVector first = RowCodes(tile, s00, s01, s10, s11), second = TRows.Count > 3 ? RowCodes(tile, s20, s21, s30, s31) : RowCodes(tile, s20, s21, s20, s21);
        nint pitch = tile.Pitch;
        if (tile.Columns == Columns)
        {
            TLanes.StoreRows(to, to + pitch, first);
            byte* last = to + 2 * pitch;
            TLanes.StoreRows(last, TRows.Count > 3 ? last + pitch : last, second);
            return;
        }
        // No vector is alive across a call, which would push the sums out of their registers.
        byte* rows = stackalloc byte[ByteTile.Rows * Columns];
        TLanes.StoreRows(rows, rows + Columns, first);
        TLanes.StoreRows(rows + 2 * Columns, rows + 3 * Columns, second);
        for (int row = 0; row < TRows.Count; row++, to += pitch, rows += Columns) Unsafe.CopyBlockUnaligned(to, rows, (uint)tile.Columns);
    }

    /// <summary>Computes the sums of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void One<TCap>(in ByteTile tile, byte* a, byte* sums) where TCap : struct, ICodeCap
    {
        // Two sums of each column, so that steps do not wait for each other.
        TVector s0 = TLanes.Load(tile.Numbers), s1 = TLanes.Load(tile.Numbers + TLanes.Bytes), t0 = TLanes.Fill(0), t1 = t0;
        byte* w = tile.Weights;
        int* offsets = tile.Offsets;
        nint steps = 3 * tile.Threes + 2 * tile.Twos + tile.Ones;
        for (; steps >= 2; steps -= 2, offsets += 2, w += 2 * StepBytes)
        {
            TVector x = Codes<TCap>(a + offsets[0]), y = Codes<TCap>(a + offsets[1]);
            s0 = TDot.Add(s0, x, TLanes.Load(w));
            s1 = TDot.Add(s1, x, TLanes.Load(w + TLanes.Bytes));
            t0 = TDot.Add(t0, y, TLanes.Load(w + StepBytes));
            t1 = TDot.Add(t1, y, TLanes.Load(w + StepBytes + TLanes.Bytes));
        }
        if (steps > 0)
        {
            TVector x = Codes<TCap>(a + offsets[0]);
            s0 = TDot.Add(s0, x, TLanes.Load(w));
            s1 = TDot.Add(s1, x, TLanes.Load(w + TLanes.Bytes));
        }
        StoreSums(sums, TLanes.Add(s0, t0), TLanes.Add(s1, t1));
    }

    /// <summary>Adds the products of four bytes of at most 128 and the weights of a step to the sums of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void AddStep(byte* weights, uint codes, byte* sums)
    {
        TVector x = TLanes.Broadcast((byte*)&codes);
        StoreSums(sums, TDot.Add(TLanes.Load(sums), x, TLanes.Load(weights)), TDot.Add(TLanes.Load(sums + TLanes.Bytes), x, TLanes.Load(weights + TLanes.Bytes)));
    }

    /// <summary>Stores rows of sums as floats: the lanes are the columns.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void FinishFloats(in ByteTile tile, byte* sums, nint rows, byte* to, bool isFused, float low, float high)
    {
        float* bias = (float*)tile.Numbers + PanelNumbers.Bias * Columns, factor = (float*)tile.Numbers + PanelNumbers.Factor * Columns;
        int half = Columns / 2;
        for (; rows > 0; rows--, sums += StepBytes, to += tile.Pitch)
        {
            TLanes.StoreFloats((float*)to, TLanes.Load(sums), bias, factor, isFused, low, high, (int)tile.Columns);
            if (tile.Columns > half)
                TLanes.StoreFloats((float*)to + half, TLanes.Load(sums + TLanes.Bytes), bias + half, factor + half, isFused, low, high, (int)tile.Columns - half);
        }
    }

    /// <summary>Stores the codes of rows of sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Finish(in ByteTile tile, byte* sums, nint rows, byte* to)
    {
        byte* pair = stackalloc byte[2 * Columns];
        for (; rows > 0; rows -= 2, sums += 2 * StepBytes, to += 2 * tile.Pitch)
        {
            byte* next = rows > 1 ? sums + StepBytes : sums;
            TVector codes = RowCodes(tile, TLanes.Load(sums), TLanes.Load(sums + TLanes.Bytes), TLanes.Load(next), TLanes.Load(next + TLanes.Bytes));
            TLanes.StoreRows(pair, pair + Columns, codes);
            Unsafe.CopyBlockUnaligned(to, pair, (uint)tile.Columns);
            if (rows > 1) Unsafe.CopyBlockUnaligned(to + tile.Pitch, pair + Columns, (uint)tile.Columns);
        }
    }

    /// <summary>The codes of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector RowCodes(in ByteTile tile, TVector a, TVector b, TVector c, TVector d) =>
        TLanes.Codes(a, b, c, d, tile.Constants, (float*)tile.Numbers + PanelNumbers.Bias * Columns, Columns, next: 0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void StoreSums(byte* sums, TVector low, TVector high)
    {
        TLanes.Store(sums, low);
        TLanes.Store(sums + TLanes.Bytes, high);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Codes<TCap>(byte* at) where TCap : struct, ICodeCap => TCap.IsOn ? TLanes.Cap(TLanes.Broadcast(at)) : TLanes.Broadcast(at);
}
