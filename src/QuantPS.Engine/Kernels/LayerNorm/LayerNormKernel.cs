using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a run.</summary>
internal abstract unsafe class LayerNormKernel : Kernel
{
    private readonly LayerNormSpec _spec;
    private readonly NativeMemoryBlock _numbers;

    protected LayerNormKernel(LayerNormSpec spec, InstructionSet instructionSet)
        : base(spec.Addend is null ? "layer_norm" : "add_layer_norm", Float32, instructionSet)
    {
        _spec = spec;
        _numbers = new NativeMemoryBlock(2L * Features * sizeof(float));
        spec.Weight.CopyTo(new Span<float>(Weight, Features));
        spec.Bias.CopyTo(new Span<float>(Bias, Features));
    }

    public override int Grain => 1 + 4096 / Features;

    protected float Epsilon => _spec.Epsilon;

    protected float* Weight => (float*)_numbers.Address;

    protected float* Bias => Weight + Features;

    private int Features => _spec.Output.Run;

    public override int Units(int batch) => batch * (_spec.Output.Elements / Features);

    public override void Run(int first, int end, byte* scratch)
    {
        for (nint at = (nint)first * Features; at < (nint)end * Features; at += Features)
            Normalize(_spec.Input.Floats + at, _spec.Addend is null ? null : _spec.Addend.Floats + at, _spec.Output.Floats + at, Features);
    }

    public override void Dispose() => _numbers.Dispose();

    /// <summary>Normalizes a run.</summary>
    /// <param name="from">The run.</param>
    /// <param name="addend">What is added to it first, or null.</param>
    /// <param name="to">Takes the result.</param>
    /// <param name="count">The length of the run.</param>
    protected abstract void Normalize(float* from, float* addend, float* to, int count);
}
