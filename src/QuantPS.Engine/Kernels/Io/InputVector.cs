using System.Numerics;
using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Rows, and images of one channel, in one go; images of three channels 16 pixels at a time, transformed plane by plane first where they
/// are. The rest is scalar.
/// </summary>
internal abstract unsafe class InputVector(InputSpec spec, InstructionSet instructionSet) : InputKernel(spec, instructionSet)
{
    protected const int Lanes = 16;
    private const int Colours = 3;

    /// <summary>How many pixels are transformed at a time.</summary>
    private const int TransformedPixels = 1024;

    private readonly InputScalar _scalar = new(spec);

    public override int Grain => _scalar.Grain;

    public override int ScratchBytes => Transform is null ? 0 : Colours * TransformedPixels * sizeof(float);

    public override int Units(int batch) => _scalar.Units(batch);

    public override void Run(int first, int end, byte* scratch)
    {
        if (Output.Run == Colours && Output.ChannelsLast) RunColours(first, end, scratch);
        else if (Transform is not null) RunScalar(first, end, scratch);
        else if (!Output.ChannelsLast || Output.Run == 1) Copy(first, end - first);
        else RunScalar(first, end, scratch);
    }

    /// <summary>Quantizes values that lie as the codes do.</summary>
    protected abstract void Quantize(float* from, byte* to, int count, QuantParams quantization);

    /// <summary>Quantizes pixels, a multiple of 16, whose channels are planes.</summary>
    /// <param name="from">The first pixel of the first plane.</param>
    /// <param name="plane">The floats from a plane to the next.</param>
    /// <param name="to">Takes the codes of the pixels one after another.</param>
    /// <param name="count">The number of pixels.</param>
    /// <param name="quantization">The scale and zero point of the codes.</param>
    protected abstract void Interleave(float* from, nint plane, byte* to, int count, QuantParams quantization);

    private void Copy(int first, int count)
    {
        if (Output.Quantization is { } quantization) Quantize(Source + first, Output.Address + first, count, quantization);
        else new ReadOnlySpan<float>(Source + first, count).CopyTo(new Span<float>(Output.Floats + first, count));
    }

    private void RunColours(int first, int end, byte* scratch)
    {
        int pixels = Output.Elements / Colours;
        while (first < end)
        {
            (int sample, int pixel) = Math.DivRem(first, pixels);
            int count = Math.Min(end - first, pixels - pixel);
            float* from = Source + (long)sample * Output.Elements + pixel;
            nint plane = pixels;
            if (Transform is not null)
            {
                count = Math.Min(count, TransformedPixels);
                for (int c = 0; c < Colours; c++)
                    Scale(from + (nint)c * pixels, (float*)scratch + c * TransformedPixels, count, Transform.Scale[c], Transform.Shift[c]);
                from = (float*)scratch;
                plane = TransformedPixels;
            }
            if (Output.Quantization is { } quantization)
            {
                int whole = count / Lanes * Lanes;
                Interleave(from, plane, Output.Address + (long)first * Colours, whole, quantization);
                RunScalar(first + whole, first + count, scratch);
            }
            else Interleave(from, plane, Output.Floats + (long)first * Colours, count);
            first += count;
        }
    }

    private void RunScalar(int first, int end, byte* scratch)
    {
        _scalar.Memory = Memory;
        _scalar.Run(first, end, scratch);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Scale(float* from, float* to, int count, float scale, float shift)
    {
        Vector<float> factor = Vector.Create(scale), summand = Vector.Create(shift);
        int i = 0;
        for (; i + Vector<float>.Count <= count; i += Vector<float>.Count) Vector.Store(Vector.Load(from + i) * factor + summand, to + i);
        for (; i < count; i++) to[i] = from[i] * scale + shift;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Interleave(float* from, nint plane, float* to, int count)
    {
        for (; count > 0; count--, from++, to += Colours) (to[0], to[1], to[2]) = (from[0], from[plane], from[2 * plane]);
    }
}
