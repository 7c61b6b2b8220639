using System.Numerics;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <typeparam name="T">The element: a maximum of floats is not a number where one is not.</typeparam>
internal sealed unsafe class MaxPoolScalar<T>(MaxPoolSpec spec, string precision) : MaxPoolKernel(spec, precision, InstructionSet.Scalar)
    where T : unmanaged, INumber<T>
{
    protected override void Largest(Taps taps, byte* to, int pixels, nint stride, nint pitch, int elements)
    {
        for (int pixel = 0; pixel < pixels; pixel++)
            for (int i = 0; i < elements; i++) ((T*)(to + pixel * pitch))[i] = Largest((byte*)taps.From + pixel * stride, taps, i);
    }

    protected override void Lowest(byte* to, int elements) => new Span<T>(to, elements).Fill(LowestValue);

    /// <summary>What no element is less than.</summary>
    internal static T LowestValue => typeof(T) == typeof(float) ? T.CreateChecked(float.NegativeInfinity) : T.Zero;

    /// <summary>The largest of an element of the taps.</summary>
    internal static T Largest(byte* from, Taps taps, int element)
    {
        T largest = ((T*)from)[element];
        for (int tap = 1; tap < taps.Count; tap++) largest = T.Max(largest, ((T*)(from + tap * taps.Step))[element]);
        return largest;
    }
}
