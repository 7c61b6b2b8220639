using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <param name="Output">The graph's input as floats, or quantized.</param>
/// <param name="Transform">What is done to each channel before that, or null.</param>
internal sealed record InputSpec(Value Output, TransformInput? Transform = null);

/// <summary>Brings the caller's samples, in PyTorch's order, into the arena. Units: the rows of pixels, or the elements.</summary>
internal abstract unsafe class InputKernel(InputSpec spec, InstructionSet instructionSet)
    : Kernel("input", spec.Output.Element == ElementType.Float32 ? Float32 : Int8, instructionSet)
{
    /// <summary>The caller's memory, while it runs.</summary>
    public float* Source { get; set; }

    protected Value Output { get; } = spec.Output;

    protected TransformInput? Transform { get; } = spec.Transform;
}
