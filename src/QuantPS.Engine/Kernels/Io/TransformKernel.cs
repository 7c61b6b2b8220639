using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>x * scale + shift of each channel, with a rounding after the product.</summary>
internal sealed record TransformSpec(Value Input, Value Output, TransformInput Transform);

/// <summary>For all rungs: the input kernel does what networks ask for. A unit is a pixel.</summary>
internal sealed unsafe class TransformKernel(TransformSpec spec) : Kernel("transform_input", Float32, InstructionSet.Scalar)
{
    private readonly int _channels = spec.Output.Run;

    public override int Grain => 1 + 16384 / _channels;

    public override int Units(int batch) => batch * (spec.Output.Elements / _channels);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public override void Run(int first, int end, byte* scratch)
    {
        ReadOnlySpan<float> scale = spec.Transform.Scale.AsSpan(), shift = spec.Transform.Shift.AsSpan();
        float* from = spec.Input.Floats + (long)first * _channels, to = spec.Output.Floats + (long)first * _channels;
        for (int pixel = first; pixel < end; pixel++, from += _channels, to += _channels)
            for (int c = 0; c < _channels; c++) to[c] = from[c] * scale[c] + shift[c];
    }
}
