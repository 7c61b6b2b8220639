using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Images of three channels to codes: 16 pixels at a time. The rest is scalar.</summary>
internal abstract unsafe class InputVector(InputSpec spec, InstructionSet instructionSet) : InputKernel(spec, instructionSet)
{
    protected const int Lanes = 16;

    private readonly InputScalar _scalar = new(spec);

    public override int Grain => _scalar.Grain;

    public override int Units(int batch) => _scalar.Units(batch);

    public override void Run(int first, int end, byte* scratch)
    {
        _scalar.Source = Source;
        if (!Output.ChannelsLast || Output.Shape[1] != 3 || Output.Quantization is null)
        {
            _scalar.Run(first, end, scratch);
            return;
        }
        int pixels = Output.Elements / 3;
        while (first < end)
        {
            (int sample, int pixel) = Math.DivRem(first, pixels);
            int count = Math.Min(end - first, pixels - pixel), whole = count / Lanes * Lanes;
            Interleave(Source + (long)sample * Output.Elements + pixel, pixels, Output.Address + (long)first * 3, whole, Output.Quantization);
            _scalar.Run(first + whole, first + count, scratch);
            first += count;
        }
    }

    /// <summary>Quantizes pixels, a multiple of 16, whose channels are planes.</summary>
    /// <param name="from">The first pixel of the first plane.</param>
    /// <param name="plane">The floats from a plane to the next.</param>
    /// <param name="to">Takes the codes of the pixels one after another.</param>
    /// <param name="count">The number of pixels.</param>
    /// <param name="quantization">The scale and zero point of the codes.</param>
    protected abstract void Interleave(float* from, nint plane, byte* to, int count, QuantParams quantization);
}
