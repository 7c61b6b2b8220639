using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>By the runtime's vectors, of 256 bits where there are such.</summary>
/// <typeparam name="T">The element.</typeparam>
internal sealed unsafe class MaxPoolVector<T>(MaxPoolSpec spec, string precision, InstructionSet instructionSet) : MaxPoolKernel(spec, precision, instructionSet)
    where T : unmanaged, INumber<T>
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Largest(Taps taps, byte* to, int pixels, nint stride, nint pitch, int elements)
    {
        nint step = taps.Step;
        for (byte* from = (byte*)taps.From; pixels > 0; pixels--, from += stride, to += pitch)
        {
            int i = 0;
            if (Vector256.IsHardwareAccelerated)
                for (; i + Vector256<T>.Count <= elements; i += Vector256<T>.Count)
                {
                    T* at = (T*)from + i;
                    Vector256<T> largest = Vector256.Load(at);
                    int tap = 1;
                    for (; tap + 2 <= taps.Count; tap += 2)
                        largest = Vector256.Max(largest, Vector256.Max(Vector256.Load(Tap(at, tap * step)), Vector256.Load(Tap(at, (tap + 1) * step))));
                    if (tap < taps.Count) largest = Vector256.Max(largest, Vector256.Load(Tap(at, tap * step)));
                    largest.Store((T*)to + i);
                }
            // The last vector reaches back over elements that are done.
            for (; elements >= Vector128<T>.Count && i < elements; i += Vector128<T>.Count)
            {
                int start = Math.Min(i, elements - Vector128<T>.Count);
                T* at = (T*)from + start;
                Vector128<T> largest = Vector128.Load(at);
                for (int tap = 1; tap < taps.Count; tap++) largest = Vector128.Max(largest, Vector128.Load(Tap(at, tap * step)));
                largest.Store((T*)to + start);
            }
            for (; i < elements; i++) ((T*)to)[i] = MaxPoolScalar<T>.Largest(from, taps, i);
        }
    }

    protected override void Lowest(byte* to, int elements) => new Span<T>(to, elements).Fill(MaxPoolScalar<T>.LowestValue);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T* Tap(T* at, nint bytes) => (T*)((byte*)at + bytes);
}
