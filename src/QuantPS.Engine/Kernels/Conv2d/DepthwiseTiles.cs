using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>Computes a chunk of channels of output rows, two pixels at a time.</summary>
internal static unsafe class DepthwiseTiles<TVector, TLanes, TDot> where TLanes : struct, ICodeLanes<TVector> where TDot : struct, ICodeDot<TVector>
{
    /// <summary>Interleaves the columns of four rows that are inside the image.</summary>
    /// <param name="chunk">The chunk.</param>
    /// <param name="rows">The rows at its first channel. Whole chunks are read.</param>
    /// <param name="to">Where four vectors for each column go.</param>
    /// <returns>Whether a code is above 127.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool Interleave(DepthwiseChunk* chunk, byte** rows, byte* to)
    {
        byte* row0 = rows[0] + chunk->Channel, row1 = rows[1] + chunk->Channel, row2 = rows[2] + chunk->Channel, row3 = rows[3] + chunk->Channel;
        TVector seen = TLanes.Fill(0);
        for (nint at = 0, end = chunk->InsideBytes; at < end; at += chunk->PixelBytes, to += 4 * TLanes.Bytes)
        {
            TVector a = TLanes.Load(row0 + at), b = TLanes.Load(row1 + at), c = TLanes.Load(row2 + at), d = TLanes.Load(row3 + at);
            seen = TLanes.Or(TLanes.Or(seen, TLanes.Or(a, b)), TLanes.Or(c, d));
            TLanes.Interleave(ref a, ref b, ref c, ref d);
            TLanes.Store(to, a);
            TLanes.Store(to + TLanes.Bytes, b);
            TLanes.Store(to + 2 * TLanes.Bytes, c);
            TLanes.Store(to + 3 * TLanes.Bytes, d);
        }
        return TLanes.IsAbove(seen);
    }

    /// <summary>Two pixels of one row. What lies behind the last column may be read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void OneRow(DepthwiseChunk* chunk)
    {
        byte* columns = chunk->Columns, to = chunk->Output;
        nint step = chunk->Step, taps = chunk->TapCount, weightStep = DepthwiseWeights.Vectors * chunk->WeightRows * TDot.WeightBytes;
        for (nint left = chunk->Pixels; left > 0; left -= 2, columns += 2 * step, to += 2 * chunk->Pitch)
        {
            TVector a = Start(chunk, 0), b = Start(chunk, 1), c = Start(chunk, 2), d = Start(chunk, 3), e = a, f = b, g = c, h = d;
            byte* weights = chunk->Weights;
            if (taps == 3)
            {
                AddOneRow(columns + chunk->Taps[0], step, weights, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
                AddOneRow(columns + chunk->Taps[1], step, weights + weightStep, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
                AddOneRow(columns + chunk->Taps[2], step, weights + 2 * weightStep, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
            }
            else
            {
                for (nint tap = 0; tap < taps; tap++, weights += weightStep)
                    AddOneRow(columns + chunk->Taps[tap], step, weights, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
            }
            Store(chunk, to, a, b, c, d);
            if (left > 1) Store(chunk, to + chunk->Pitch, e, f, g, h);
        }
    }

    /// <summary>A pixel of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void TwoRows(DepthwiseChunk* chunk)
    {
        byte* columns = chunk->Columns, to = chunk->Output;
        nint step = chunk->Step, taps = chunk->TapCount, weightStep = 2 * DepthwiseWeights.Vectors * TDot.WeightBytes;
        for (nint left = chunk->Pixels; left > 0; left--, columns += step, to += chunk->Pitch)
        {
            TVector a = Start(chunk, 0), b = Start(chunk, 1), c = Start(chunk, 2), d = Start(chunk, 3), e = a, f = b, g = c, h = d;
            byte* weights = chunk->Weights;
            if (taps == 3)
            {
                AddTwoRows(columns + chunk->Taps[0], weights, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
                AddTwoRows(columns + chunk->Taps[1], weights + weightStep, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
                AddTwoRows(columns + chunk->Taps[2], weights + 2 * weightStep, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
            }
            else
            {
                for (nint tap = 0; tap < taps; tap++, weights += weightStep)
                    AddTwoRows(columns + chunk->Taps[tap], weights, ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h);
            }
            Store(chunk, to, a, b, c, d);
            Store(chunk, to + chunk->RowPitch, e, f, g, h);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Start(DepthwiseChunk* chunk, int vector) => TLanes.Load(chunk->Numbers + vector * TLanes.Bytes);

    /// <summary>Stores the codes of a pixel.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(DepthwiseChunk* chunk, byte* to, TVector a, TVector b, TVector c, TVector d)
    {
        int lanes = TLanes.Bytes / sizeof(float), kind = DepthwiseWeights.Vectors * lanes;
        TLanes.Store(to, TLanes.Codes(a, b, c, d, chunk->Constants, (float*)chunk->Numbers + PanelNumbers.Bias * kind, kind, next: 2 * lanes));
    }

    /// <summary>Adds the products of a tap to the sums of two pixels.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddOneRow(
        byte* x, nint step, byte* weights, ref TVector a, ref TVector b, ref TVector c, ref TVector d, ref TVector e, ref TVector f, ref TVector g, ref TVector h)
    {
        byte* y = x + step;
        a = TDot.Add(a, TLanes.Load(x), weights);
        e = TDot.Add(e, TLanes.Load(y), weights);
        b = TDot.Add(b, TLanes.Load(x + TLanes.Bytes), weights + TDot.WeightBytes);
        f = TDot.Add(f, TLanes.Load(y + TLanes.Bytes), weights + TDot.WeightBytes);
        c = TDot.Add(c, TLanes.Load(x + 2 * TLanes.Bytes), weights + 2 * TDot.WeightBytes);
        g = TDot.Add(g, TLanes.Load(y + 2 * TLanes.Bytes), weights + 2 * TDot.WeightBytes);
        d = TDot.Add(d, TLanes.Load(x + 3 * TLanes.Bytes), weights + 3 * TDot.WeightBytes);
        h = TDot.Add(h, TLanes.Load(y + 3 * TLanes.Bytes), weights + 3 * TDot.WeightBytes);
    }

    /// <summary>Adds the products of a tap to the sums of two rows.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void AddTwoRows(
        byte* at, byte* weights, ref TVector a, ref TVector b, ref TVector c, ref TVector d, ref TVector e, ref TVector f, ref TVector g, ref TVector h)
    {
        TVector x = TLanes.Load(at);
        a = TDot.Add(a, x, weights);
        e = TDot.Add(e, x, weights + 4 * TDot.WeightBytes);
        x = TLanes.Load(at + TLanes.Bytes);
        b = TDot.Add(b, x, weights + TDot.WeightBytes);
        f = TDot.Add(f, x, weights + 5 * TDot.WeightBytes);
        x = TLanes.Load(at + 2 * TLanes.Bytes);
        c = TDot.Add(c, x, weights + 2 * TDot.WeightBytes);
        g = TDot.Add(g, x, weights + 6 * TDot.WeightBytes);
        x = TLanes.Load(at + 3 * TLanes.Bytes);
        d = TDot.Add(d, x, weights + 3 * TDot.WeightBytes);
        h = TDot.Add(h, x, weights + 7 * TDot.WeightBytes);
    }
}
