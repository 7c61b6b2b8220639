using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>One step of each sample, for all rungs. A unit is a sample.</summary>
internal sealed unsafe class SelectStepKernel(Value input, Value output, int step) : Kernel("select", Float32, InstructionSet.Scalar)
{
    private int _steps;

    public override int Grain => 64;

    public override void Prepare(RunSize size) => _steps = input.IsSequence ? size.Length : input.Shape[1];

    public override int Units(int batch) => batch;

    public override void Begin(int batch)
    {
        if (step >= _steps || step < -_steps) throw new ArgumentException($"A length of {_steps} does not fit: the network takes the step {step}.");
    }

    public override void Run(int first, int end, byte* scratch)
    {
        int features = output.Elements, taken = step < 0 ? step + _steps : step;
        for (nint sample = first; sample < end; sample++)
            new ReadOnlySpan<float>(input.Floats + (sample * _steps + taken) * features, features).CopyTo(new Span<float>(output.Floats + sample * features, features));
    }
}
