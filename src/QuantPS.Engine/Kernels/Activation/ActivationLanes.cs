using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>tanh and GELU. What is left over is computed as a vector, too, so that it is rounded alike.</summary>
internal sealed unsafe class ActivationLanes<TVector, TLanes>(ActivationSpec spec, InstructionSet instructionSet)
    : ElementKernel(spec.Name, Float32, instructionSet, spec.Output) where TLanes : struct, IFloatLanes<TVector>
{
    public override int Grain => 2048;

    public static bool Takes(ActivationFunction function) => function is ActivationFunction.Tanh or ActivationFunction.Gelu or ActivationFunction.GeluTanh;

    public override void Run(int first, int end, byte* scratch)
    {
        float* from = spec.Input.Floats + first, to = spec.Output.Floats + first;
        switch (spec.Function)
        {
            case ActivationFunction.Tanh: RunTanh(from, to, end - first); break;
            case ActivationFunction.Gelu: RunGelu(from, to, end - first); break;
            case ActivationFunction.GeluTanh: RunGeluTanh(from, to, end - first); break;
        }
    }

    // Kernels may read past the last element.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunTanh(float* from, float* to, int count)
    {
        for (; count >= TLanes.Count; count -= TLanes.Count, from += TLanes.Count, to += TLanes.Count)
            TLanes.Store(to, FloatFunctions<TVector, TLanes>.Tanh(TLanes.Load(from)));
        TLanes.Store(to, FloatFunctions<TVector, TLanes>.Tanh(TLanes.Load(from)), count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunGelu(float* from, float* to, int count)
    {
        for (; count >= TLanes.Count; count -= TLanes.Count, from += TLanes.Count, to += TLanes.Count)
            TLanes.Store(to, FloatFunctions<TVector, TLanes>.Gelu(TLanes.Load(from)));
        TLanes.Store(to, FloatFunctions<TVector, TLanes>.Gelu(TLanes.Load(from)), count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void RunGeluTanh(float* from, float* to, int count)
    {
        for (; count >= TLanes.Count; count -= TLanes.Count, from += TLanes.Count, to += TLanes.Count)
            TLanes.Store(to, FloatFunctions<TVector, TLanes>.GeluTanh(TLanes.Load(from)));
        TLanes.Store(to, FloatFunctions<TVector, TLanes>.GeluTanh(TLanes.Load(from)), count);
    }
}
