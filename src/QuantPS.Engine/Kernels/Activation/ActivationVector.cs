using System.Numerics;
using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Vectors as wide as the processor's, on x86 and on Arm. What is left over is computed as a vector, too, so that it is rounded alike.</summary>
internal sealed unsafe class ActivationVector(ActivationSpec spec, InstructionSet instructionSet)
    : ElementKernel(spec.Name, Float32, instructionSet, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        float* from = spec.Input.Floats + first, to = spec.Output.Floats + first;
        int count = end - first, whole = count / Vector<float>.Count * Vector<float>.Count;
        Run(spec.Function, from, to, whole);
        if (whole == count) return;
        float* rest = stackalloc float[Vector<float>.Count];
        new Span<float>(rest, Vector<float>.Count).Clear();
        new ReadOnlySpan<float>(from + whole, count - whole).CopyTo(new Span<float>(rest, count - whole));
        Run(spec.Function, rest, rest, Vector<float>.Count);
        new ReadOnlySpan<float>(rest, count - whole).CopyTo(new Span<float>(to + whole, count - whole));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Run(ActivationFunction function, float* from, float* to, int count)
    {
        Vector<float> three = Vector.Create(3f), six = Vector.Create(6f);
        for (int i = 0; i < count; i += Vector<float>.Count)
        {
            Vector<float> x = Vector.Load(from + i);
            Vector<float> y = function switch
            {
                ActivationFunction.Hardswish => x * Inside(x, three, six) / six,
                ActivationFunction.Hardsigmoid => Inside(x, three, six) / six,
                _ => Vector<float>.One / (Vector<float>.One + Vector.Exp(-x)),
            };
            Vector.Store(y, to + i);
        }
    }

    /// <summary>min(max(x + 3, 0), 6); NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<float> Inside(Vector<float> x, Vector<float> three, Vector<float> six) => Vector.Min(Vector.Max(x + three, Vector<float>.Zero), six);
}
