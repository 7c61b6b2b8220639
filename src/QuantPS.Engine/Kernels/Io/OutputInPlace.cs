using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A result that the step before writes to the caller's memory itself: nothing to do.</summary>
internal sealed unsafe class OutputInPlace(OutputSpec spec) : OutputKernel(spec, InstructionSet.Scalar)
{
    private readonly Value _result = spec.Input;

    public override float* Destination
    {
        set => _result.Place((byte*)value);
    }

    public override int Units(int batch) => 0;

    protected override void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) { }
}
