using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Two products of matrices by tiles: of the queries and the keys, two vectors of which are transposed at a time, and of the scores and the
/// contents.
/// </summary>
internal sealed unsafe class AttentionLanes<TVector, TLanes>(AttentionSpec spec, InstructionSet instructionSet) : AttentionKernel(spec, instructionSet)
    where TLanes : struct, IFloatLanes<TVector>
{
    private const int TileRows = 4;

    private static int Panel => 2 * TLanes.Count;

    public override int ScratchBytes => ((Queries + 1) * Pitch(Spec.MaxSteps) + Panel * Spec.HeadFeatures) * sizeof(float);

    protected override void Attend(float* query, float* key, float* content, long* mask, float* to, int queries, int steps, float* scratch)
    {
        int pitch = Pitch(steps), features = Spec.HeadFeatures, whole = Spec.Features;
        float* scores = scratch, bias = scores + Queries * pitch, keys = bias + pitch;
        WriteBias(bias, mask, steps, pitch);
        for (int step = 0; step < steps; step += Panel)
        {
            TLanes.Transpose(key + (nint)step * whole, whole, keys, Panel, Math.Min(Panel, steps - step), features);
            Multiply(query, whole, keys, Panel, scores + step, pitch, queries, Panel, features);
        }
        for (int row = 0; row < queries; row++)
        {
            float* line = scores + row * pitch;
            // Behind the last key, the products are of what the scratch memory held.
            new Span<float>(line + steps, pitch - steps).Clear();
            float highest = ScaleAndShift(line, bias, pitch, Spec.Scale);
            float sum = SoftmaxLanes<TVector, TLanes>.Exp(line, line, pitch, highest);
            SoftmaxLanes<TVector, TLanes>.Scale(line, pitch, 1 / sum);
        }
        Multiply(scores, pitch, content, whole, to, whole, queries, features, steps);
    }

    /// <summary>The floats from a row of scores to the next: whole panels.</summary>
    private static int Pitch(int steps) => (steps + Panel - 1) / Panel * Panel;

    private static void WriteBias(float* bias, long* mask, int steps, int pitch)
    {
        for (int step = 0; step < steps; step++) bias[step] = mask is null || mask[step] != 0 ? 0 : float.MinValue;
        new Span<float>(bias + steps, pitch - steps).Fill(float.NegativeInfinity);
    }

    /// <summary>Scores times scale plus bias, and the highest of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static float ScaleAndShift(float* scores, float* bias, int count, float scale)
    {
        TVector highest = TLanes.Fill(float.NegativeInfinity), factor = TLanes.Fill(scale);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TVector score = TLanes.Add(TLanes.Multiply(TLanes.Load(scores + i), factor), TLanes.Load(bias + i));
            TLanes.Store(scores + i, score);
            highest = TLanes.Max(highest, score);
        }
        return TLanes.Highest(highest);
    }

    /// <summary>c = a b. An element is one sum in one order, whatever its tile.</summary>
    private static void Multiply(float* a, nint aPitch, float* b, nint bPitch, float* c, nint cPitch, int rows, int columns, int depth)
    {
        int column = 0;
        for (; column + 2 * TLanes.Count <= columns; column += 2 * TLanes.Count)
            for (int row = 0; row < rows; row += TileRows)
                if (rows - row >= TileRows) FourByTwo(a + row * aPitch, aPitch, b + column, bPitch, c + row * cPitch + column, cPitch, depth);
                else Rows(row, column, 2 * TLanes.Count);
        for (int row = 0; column < columns && row < rows; row++) Rows(row, column, columns - column, row + 1);

        void Rows(int first, int at, int count, int end = int.MaxValue)
        {
            for (int row = first; row < Math.Min(rows, end); row++)
                for (int part = 0; part < count; part += TLanes.Count)
                    OneByOne(a + row * aPitch, b + at + part, bPitch, c + row * cPitch + at + part, depth, Math.Min(TLanes.Count, count - part));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void FourByTwo(float* a, nint aPitch, float* b, nint bPitch, float* c, nint cPitch, nint depth)
    {
        TVector s00 = TLanes.Fill(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        for (; depth > 0; depth--, a++, b += bPitch)
        {
            TVector left = TLanes.Load(b), right = TLanes.Load(b + TLanes.Count);
            TVector factor = TLanes.Fill(*a);
            s00 = TLanes.MultiplyAdd(factor, left, s00);
            s01 = TLanes.MultiplyAdd(factor, right, s01);
            factor = TLanes.Fill(*(a + aPitch));
            s10 = TLanes.MultiplyAdd(factor, left, s10);
            s11 = TLanes.MultiplyAdd(factor, right, s11);
            factor = TLanes.Fill(*(a + 2 * aPitch));
            s20 = TLanes.MultiplyAdd(factor, left, s20);
            s21 = TLanes.MultiplyAdd(factor, right, s21);
            factor = TLanes.Fill(*(a + 3 * aPitch));
            s30 = TLanes.MultiplyAdd(factor, left, s30);
            s31 = TLanes.MultiplyAdd(factor, right, s31);
        }
        TLanes.Store(c, s00);
        TLanes.Store(c + TLanes.Count, s01);
        TLanes.Store(c + cPitch, s10);
        TLanes.Store(c + cPitch + TLanes.Count, s11);
        TLanes.Store(c + 2 * cPitch, s20);
        TLanes.Store(c + 2 * cPitch + TLanes.Count, s21);
        TLanes.Store(c + 3 * cPitch, s30);
        TLanes.Store(c + 3 * cPitch + TLanes.Count, s31);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void OneByOne(float* a, float* b, nint bPitch, float* c, nint depth, int columns)
    {
        TVector sum = TLanes.Fill(0);
        for (; depth > 0; depth--, a++, b += bPitch) sum = TLanes.MultiplyAdd(TLanes.Fill(*a), TLanes.Load(b), sum);
        if (columns == TLanes.Count) TLanes.Store(c, sum);
        else TLanes.Store(c, sum, columns);
    }
}
