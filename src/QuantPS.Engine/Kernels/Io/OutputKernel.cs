using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <param name="Input">The graph's result as floats.</param>
internal sealed record OutputSpec(Value Input);

/// <summary>Gives the result to the caller in PyTorch's order. A unit is a pixel of an image, or an element of anything else.</summary>
internal abstract unsafe class OutputKernel(OutputSpec spec, InstructionSet instructionSet) : Kernel("output", Float32, instructionSet)
{
    private readonly Value _input = spec.Input;

    /// <summary>The caller's memory, while it runs.</summary>
    public virtual float* Destination { get; set; }

    public override int Grain => 4096;

    public override int Units(int batch) => batch * (_input.ChannelsLast ? _input.Elements / _input.Run : _input.Elements);

    public override void Run(int first, int end, byte* scratch)
    {
        if (!_input.ChannelsLast)
        {
            new Span<float>(_input.Floats + first, end - first).CopyTo(new Span<float>(Destination + first, end - first));
            return;
        }
        int channels = _input.Run, pixels = _input.Elements / channels;
        while (first < end)
        {
            (int sample, int pixel) = Math.DivRem(first, pixels);
            int count = Math.Min(end - first, pixels - pixel);
            Transpose(_input.Floats + (long)first * channels, channels, Destination + (long)sample * _input.Elements + pixel, pixels, count, channels);
            first += count;
        }
    }

    /// <inheritdoc cref="TransposeKernel.Transpose(float*, nint, float*, nint, int, int)"/>
    protected abstract void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns);
}
