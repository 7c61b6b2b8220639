using System.Numerics;
using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Vectors as wide as the processor's, on x86 and on Arm.</summary>
internal sealed unsafe class MultiplyVector(MultiplySpec spec, InstructionSet instructionSet)
    : MultiplyKernel(spec.Left, spec.Right, spec.Output, Float32, instructionSet)
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    protected override void Multiply(byte* left, byte* right, byte* to, int count)
    {
        Vector<float> low = Vector.Create(spec.Low), high = Vector.Create(spec.High);
        float* a = (float*)left, b = (float*)right, product = (float*)to;
        int i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count)
            Vector.Store(Vector.Min(Vector.Max(Vector.Load(a + i) * Vector.Load(b + i), low), high), product + i);
        for (; i < count; i++) product[i] = ClampScalar.Of(a[i] * b[i], spec.Low, spec.High);
    }
}
