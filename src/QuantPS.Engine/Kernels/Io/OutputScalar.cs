using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class OutputScalar(OutputSpec spec) : OutputKernel(spec, InstructionSet.Scalar)
{
    public override int Grain => 4096;

    /// <summary>A unit is a pixel of an image, or an element of anything else.</summary>
    public override int Units(int batch) => batch * (Input.ChannelsLast ? Input.Elements / Input.Shape[1] : Input.Elements);

    public override void Run(int first, int end, byte* scratch)
    {
        if (!Input.ChannelsLast)
        {
            new Span<float>(Input.Floats + first, end - first).CopyTo(new Span<float>(Destination + first, end - first));
            return;
        }
        int channels = Input.Shape[1], pixels = Input.Elements / channels;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int pixel) = Math.DivRem(unit, pixels);
            float* to = Destination + (long)sample * channels * pixels + pixel;
            for (int c = 0; c < channels; c++) to[(long)c * pixels] = Input.Floats[(long)unit * channels + c];
        }
    }
}
