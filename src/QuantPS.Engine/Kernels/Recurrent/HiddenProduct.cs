using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The product of codes, which are chosen anew at every step, and int8 weights: quantizes the hidden state, then multiplies.</summary>
/// <remarks>The states of all samples are few: quantizing them is no work for several threads.</remarks>
internal sealed unsafe class HiddenProduct : Kernel
{
    private readonly NativeMemoryBlock _codes;
    private readonly Kernel _quantize;
    private readonly Kernel _linear;

    /// <param name="codes">A value for the codes, without memory yet.</param>
    /// <param name="maxBatch">The most rows.</param>
    /// <param name="quantize">Makes the kernel that quantizes to them.</param>
    /// <param name="linear">Makes the kernel that multiplies them.</param>
    public HiddenProduct(Value codes, int maxBatch, Func<Kernel> quantize, Func<Kernel> linear) : base("linear_dynamic", Int8, InstructionSet.Scalar)
    {
        _codes = new NativeMemoryBlock(codes.Bytes(maxBatch));
        codes.Place(_codes.Address);
        (_quantize, _linear) = (quantize(), linear());
    }

    public override int ScratchBytes => Math.Max(_quantize.ScratchBytes, _linear.ScratchBytes);

    public override int Grain => _linear.Grain;

    public override int Alignment => _linear.Alignment;

    public override int Units(int batch) => _linear.Units(batch);

    public override void Begin(int batch)
    {
        _quantize.Begin(batch);
        _quantize.Run(0, _quantize.Units(batch), scratch: null);
        _linear.Begin(batch);
    }

    public override void Run(int first, int end, byte* scratch) => _linear.Run(first, end, scratch);

    public override void Dispose()
    {
        _quantize.Dispose();
        _linear.Dispose();
        _codes.Dispose();
    }
}
