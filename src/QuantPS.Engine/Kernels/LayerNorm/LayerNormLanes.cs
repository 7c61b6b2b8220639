using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Two vectors at a time; what is left over is scalar.</summary>
internal sealed unsafe class LayerNormLanes<TVector, TLanes>(LayerNormSpec spec, InstructionSet instructionSet) : LayerNormKernel(spec, instructionSet)
    where TLanes : struct, IFloatLanes<TVector>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Normalize(float* from, float* addend, float* to, int count)
    {
        float* x = from;
        if (addend is not null)
        {
            int at = 0;
            for (; at + TLanes.Count <= count; at += TLanes.Count) TLanes.Store(to + at, TLanes.Add(TLanes.Load(from + at), TLanes.Load(addend + at)));
            for (; at < count; at++) to[at] = from[at] + addend[at];
            x = to;
        }
        float mean = Sum(x, count) / count;
        float factor = 1 / MathF.Sqrt(SumOfSquares(x, mean, count) / count + Epsilon);
        TVector shift = TLanes.Fill(mean), scale = TLanes.Fill(factor);
        int i = 0;
        for (; i + TLanes.Count <= count; i += TLanes.Count)
        {
            TVector normal = TLanes.Multiply(TLanes.Subtract(TLanes.Load(x + i), shift), scale);
            TLanes.Store(to + i, TLanes.MultiplyAdd(normal, TLanes.Load(Weight + i), TLanes.Load(Bias + i)));
        }
        for (; i < count; i++) to[i] = (x[i] - mean) * factor * Weight[i] + Bias[i];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float Sum(float* x, int count)
    {
        TVector even = TLanes.Fill(0), odd = even;
        int i = 0;
        for (; i + 2 * TLanes.Count <= count; i += 2 * TLanes.Count)
        {
            even = TLanes.Add(even, TLanes.Load(x + i));
            odd = TLanes.Add(odd, TLanes.Load(x + i + TLanes.Count));
        }
        float sum = TLanes.Sum(TLanes.Add(even, odd));
        for (; i < count; i++) sum += x[i];
        return sum;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static float SumOfSquares(float* x, float mean, int count)
    {
        TVector even = TLanes.Fill(0), odd = even, shift = TLanes.Fill(mean);
        int i = 0;
        for (; i + 2 * TLanes.Count <= count; i += 2 * TLanes.Count)
        {
            TVector a = TLanes.Subtract(TLanes.Load(x + i), shift), b = TLanes.Subtract(TLanes.Load(x + i + TLanes.Count), shift);
            even = TLanes.MultiplyAdd(a, a, even);
            odd = TLanes.MultiplyAdd(b, b, odd);
        }
        float sum = TLanes.Sum(TLanes.Add(even, odd));
        for (; i < count; i++) sum += (x[i] - mean) * (x[i] - mean);
        return sum;
    }
}
