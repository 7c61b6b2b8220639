using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A vector at a time. What is left over is computed as a vector, too, of which the other lanes are as low as can be.</summary>
internal sealed unsafe class SoftmaxLanes<TVector, TLanes>(SoftmaxSpec spec, InstructionSet instructionSet) : SoftmaxKernel(spec, instructionSet)
    where TLanes : struct, IFloatLanes<TVector>
{
    protected override void Softmax(float* from, float* to, int count)
    {
        int whole = count / TLanes.Count * TLanes.Count;
        float* rest = stackalloc float[TLanes.Count];
        new Span<float>(rest, TLanes.Count).Fill(float.NegativeInfinity);
        new ReadOnlySpan<float>(from + whole, count - whole).CopyTo(new Span<float>(rest, TLanes.Count));
        float highest = MathF.Max(Highest(from, whole), Highest(rest, TLanes.Count));
        float sum = Exp(from, to, whole, highest) + Exp(rest, rest, TLanes.Count, highest);
        Scale(to, whole, 1 / sum);
        Scale(rest, TLanes.Count, 1 / sum);
        new ReadOnlySpan<float>(rest, count - whole).CopyTo(new Span<float>(to + whole, count - whole));
    }

    /// <summary>The highest of so many numbers, whole vectors of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Highest(float* from, int count)
    {
        TVector highest = TLanes.Fill(float.NegativeInfinity);
        for (int i = 0; i < count; i += TLanes.Count) highest = TLanes.Max(highest, TLanes.Load(from + i));
        return TLanes.Highest(highest);
    }

    /// <summary>exp(x - highest) of so many numbers, whole vectors of them, and their sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static float Exp(float* from, float* to, int count, float highest)
    {
        TVector sum = TLanes.Fill(0), shift = TLanes.Fill(highest);
        for (int i = 0; i < count; i += TLanes.Count)
        {
            TVector power = FloatFunctions<TVector, TLanes>.Exp(TLanes.Subtract(TLanes.Load(from + i), shift));
            TLanes.Store(to + i, power);
            sum = TLanes.Add(sum, power);
        }
        return TLanes.Sum(sum);
    }

    /// <summary>Multiplies so many numbers, whole vectors of them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Scale(float* values, int count, float factor)
    {
        TVector factors = TLanes.Fill(factor);
        for (int i = 0; i < count; i += TLanes.Count) TLanes.Store(values + i, TLanes.Multiply(TLanes.Load(values + i), factors));
    }
}
