using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <param name="Input">The name of the graph's input.</param>
/// <param name="Output">It as floats, or quantized.</param>
/// <param name="Transform">What is done to each channel before that, or null.</param>
internal sealed record InputSpec(string Input, Value Output, TransformInput? Transform = null);

/// <summary>Brings the caller's samples, in PyTorch's order, into the arena. Units: the rows of pixels, or the elements.</summary>
internal abstract unsafe class InputKernel(InputSpec spec, InstructionSet instructionSet)
    : Kernel("input", spec.Output.Element == ElementType.Float32 ? Float32 : Int8, instructionSet), IInputKernel
{
    public string? Input => spec.Input;

    public void* Memory { get; set; }

    protected float* Source => (float*)Memory;

    protected Value Output { get; } = spec.Output;

    protected TransformInput? Transform { get; } = spec.Transform;
}
