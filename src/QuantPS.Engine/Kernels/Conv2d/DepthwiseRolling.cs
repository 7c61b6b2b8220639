using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Computes a chunk of channels of output rows for kernels of three columns, which roll through registers from pixel to pixel: there must
/// be 32 of them.
/// </summary>
internal static unsafe class DepthwiseRolling<TVector, TLanes, TDot> where TLanes : struct, ICodeLanes<TVector> where TDot : struct, ICodeDot<TVector>
{
    /// <summary>One or two rows of pixels that are one column apart.</summary>
    /// <returns>Whether a code is above 127.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool StrideOne(DepthwiseChunk* chunk, byte** rows, bool two)
    {
        var image = new Image(chunk, rows);
        byte* to = chunk->Output;
        nint at = -chunk->LeftBytes, step = chunk->PixelBytes;
        nint second = DepthwiseWeights.Vectors * TDot.WeightBytes, tap = chunk->WeightRows * second;
        TVector seen = TLanes.Fill(0);
        image.Load(at, ref seen, out TVector a0, out TVector a1, out TVector a2, out TVector a3);
        image.Load(at += step, ref seen, out TVector b0, out TVector b1, out TVector b2, out TVector b3);
        for (nint left = chunk->Pixels; left > 0; left--, to += chunk->Pitch)
        {
            image.Load(at += step, ref seen, out TVector c0, out TVector c1, out TVector c2, out TVector c3);
            Row(chunk, to, chunk->Weights, tap, a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3);
            if (two) Row(chunk, to + chunk->RowPitch, chunk->Weights + second, tap, a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3);
            (a0, a1, a2, a3) = (b0, b1, b2, b3);
            (b0, b1, b2, b3) = (c0, c1, c2, c3);
        }
        return TLanes.IsAbove(seen);
    }

    /// <summary>One row of pixels that are two columns apart.</summary>
    /// <returns>Whether a code is above 127.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static bool StrideTwo(DepthwiseChunk* chunk, byte** rows)
    {
        var image = new Image(chunk, rows);
        byte* to = chunk->Output;
        nint at = -chunk->LeftBytes, step = chunk->PixelBytes;
        TVector seen = TLanes.Fill(0);
        image.Load(at, ref seen, out TVector a0, out TVector a1, out TVector a2, out TVector a3);
        for (nint left = chunk->Pixels; left > 0; left--, to += chunk->Pitch)
        {
            image.Load(at += step, ref seen, out TVector b0, out TVector b1, out TVector b2, out TVector b3);
            image.Load(at += step, ref seen, out TVector c0, out TVector c1, out TVector c2, out TVector c3);
            Row(chunk, to, chunk->Weights, DepthwiseWeights.Vectors * TDot.WeightBytes, a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3);
            (a0, a1, a2, a3) = (c0, c1, c2, c3);
        }
        return TLanes.IsAbove(seen);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Row(
        DepthwiseChunk* chunk, byte* to, byte* weights, nint tap, TVector a0, TVector a1, TVector a2, TVector a3,
        TVector b0, TVector b1, TVector b2, TVector b3, TVector c0, TVector c1, TVector c2, TVector c3) =>
        DepthwiseTiles<TVector, TLanes, TDot>.Store(
            chunk, to, Sum(chunk, 0, weights, tap, a0, b0, c0), Sum(chunk, 1, weights, tap, a1, b1, c1),
            Sum(chunk, 2, weights, tap, a2, b2, c2), Sum(chunk, 3, weights, tap, a3, b3, c3));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Sum(DepthwiseChunk* chunk, int vector, byte* weights, nint tap, TVector a, TVector b, TVector c)
    {
        weights += vector * TDot.WeightBytes;
        TVector sum = TDot.Add(TLanes.Load(chunk->Numbers + vector * TLanes.Bytes), a, weights);
        return TDot.Add(TDot.Add(sum, b, weights + tap), c, weights + 2 * tap);
    }

    /// <summary>Four input rows.</summary>
    private readonly struct Image(DepthwiseChunk* chunk, byte** rows)
    {
        private readonly byte* _row0 = rows[0] + chunk->Channel, _row1 = rows[1] + chunk->Channel;
        private readonly byte* _row2 = rows[2] + chunk->Channel, _row3 = rows[3] + chunk->Channel;
        private readonly nint _end = chunk->InsideBytes;
        private readonly TVector _padding = TLanes.Fill(chunk->ZeroPoint);

        /// <summary>Interleaves a column of a chunk.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Load(nint at, ref TVector seen, out TVector a, out TVector b, out TVector c, out TVector d)
        {
            if ((nuint)at < (nuint)_end)
            {
                (a, b, c, d) = (TLanes.Load(_row0 + at), TLanes.Load(_row1 + at), TLanes.Load(_row2 + at), TLanes.Load(_row3 + at));
                seen = TLanes.Or(TLanes.Or(seen, TLanes.Or(a, b)), TLanes.Or(c, d));
                TLanes.Interleave(ref a, ref b, ref c, ref d);
            }
            else a = b = c = d = _padding;
        }
    }
}
