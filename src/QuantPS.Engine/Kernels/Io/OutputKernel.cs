using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <param name="Input">The graph's result as floats.</param>
internal sealed record OutputSpec(Value Input);

/// <summary>Gives the result to the caller in PyTorch's order.</summary>
internal abstract unsafe class OutputKernel(OutputSpec spec, InstructionSet instructionSet) : Kernel("output", Float32, instructionSet)
{
    /// <summary>The caller's memory, while it runs.</summary>
    public float* Destination { get; set; }

    protected Value Input { get; } = spec.Input;
}
