using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is an output pixel.</summary>
internal sealed unsafe class ConvScalar(ConvSpec spec) : Kernel(spec.Name, Float32, InstructionSet.Scalar)
{
    private readonly ConvGeometry _geometry = spec.Geometry;
    private readonly float[] _weight = spec.Weight.ToArray();

    public override int Grain => 1 + 16384 / (_geometry.Depth * _geometry.OutputChannels);

    public override int Units(int batch) => batch * _geometry.OutputPixels;

    public override void Run(int first, int end, byte* scratch)
    {
        ConvGeometry g = _geometry;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int pixel) = Math.DivRem(unit, g.OutputPixels);
            (int row, int column) = Math.DivRem(pixel, g.OutputWidth);
            float* image = spec.Input.Floats + (long)sample * spec.Input.Elements;
            float* to = spec.Output.Floats + (long)unit * spec.Output.Pitch;
            for (int o = 0; o < g.OutputChannels; o++)
                to[o] = ClampScalar.Of(Sum(image, row, column, o) + spec.Bias[o], spec.Low, spec.High);
        }
    }

    private float Sum(float* image, int row, int column, int output)
    {
        ConvGeometry g = _geometry;
        Window2 w = g.Window;
        int channel = output / g.GroupOutputs * g.GroupInputs;
        float sum = 0;
        for (int ky = 0; ky < w.Kernel.Height; ky++)
        {
            int y = row * w.Stride.Height - w.Padding.Height + ky * w.Dilation.Height;
            if ((uint)y >= (uint)g.InputHeight) continue;
            for (int kx = 0; kx < w.Kernel.Width; kx++)
            {
                int x = column * w.Stride.Width - w.Padding.Width + kx * w.Dilation.Width;
                if ((uint)x >= (uint)g.InputWidth) continue;
                float* from = image + ((long)y * g.InputWidth + x) * g.InputChannels + channel;
                ReadOnlySpan<float> weight = _weight.AsSpan((output * g.Taps + ky * w.Kernel.Width + kx) * g.GroupInputs, g.GroupInputs);
                for (int i = 0; i < weight.Length; i++) sum += from[i] * weight[i];
            }
        }
        return sum;
    }
}
