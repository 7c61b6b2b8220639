using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a run.</summary>
internal abstract unsafe class SoftmaxKernel(SoftmaxSpec spec, InstructionSet instructionSet) : Kernel("softmax", Float32, instructionSet)
{
    private readonly int _run = spec.Output.Run;

    public override int Grain => 1 + 2048 / _run;

    public override int Units(int batch) => batch * (spec.Output.Elements / _run);

    public override void Run(int first, int end, byte* scratch)
    {
        for (nint at = (nint)first * _run; at < (nint)end * _run; at += _run) Softmax(spec.Input.Floats + at, spec.Output.Floats + at, _run);
    }

    protected abstract void Softmax(float* from, float* to, int count);
}
