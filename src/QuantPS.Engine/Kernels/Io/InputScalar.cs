using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class InputScalar(InputSpec spec) : InputKernel(spec, InstructionSet.Scalar)
{
    public override int Grain => 4096;

    /// <summary>A unit is a pixel of an image, or an element of anything else.</summary>
    public override int Units(int batch) => batch * (Output.ChannelsLast ? Output.Elements / Output.Shape[1] : Output.Elements);

    public override void Run(int first, int end, byte* scratch)
    {
        int channels = Output.ChannelsLast ? Output.Shape[1] : 1;
        int pixels = Output.ChannelsLast ? Output.Elements / channels : int.MaxValue;
        float inverse = Output.Quantization is { } q ? 1 / q.Scale : 1;
        int zeroPoint = Output.Quantization?.ZeroPoint ?? 0;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int pixel) = Math.DivRem(unit, pixels);
            float* from = Source + (long)sample * channels * pixels + pixel;
            for (int c = 0; c < channels; c++)
            {
                float value = from[(long)c * pixels];
                if (Transform is not null) value = value * Transform.Scale[c] + Transform.Shift[c];
                long to = (long)unit * channels + c;
                if (Output.Element == ElementType.Float32) Output.Floats[to] = value;
                else Output.Address[to] = Codes.Quantize(value, inverse, zeroPoint);
            }
        }
    }
}
