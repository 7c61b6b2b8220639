using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A float convolution in which each channel sees itself alone. A unit is a row of pixels.</summary>
internal abstract unsafe class DepthwiseConvKernel : Kernel
{
    private readonly ConvSpec _spec;
    private readonly ConvGeometry _geometry;
    private readonly NativeMemoryBlock _packed;

    protected DepthwiseConvKernel(ConvSpec spec, InstructionSet instructionSet) : base($"{spec.Name}_depthwise", Float32, instructionSet)
    {
        (_spec, _geometry) = (spec, spec.Geometry);
        int channels = _geometry.OutputChannels, taps = _geometry.Taps;
        _packed = new NativeMemoryBlock((long)channels * (taps + 1) * sizeof(float));
        float* to = (float*)_packed.Address;
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<float> weight = spec.Weight.Row(c);
            for (int t = 0; t < taps; t++) to[t * channels + c] = weight[t];
        }
        spec.Bias.CopyTo(new Span<float>(to + (long)taps * channels, channels));
    }

    public override int Grain => 1 + (1 << 15) / (_geometry.OutputWidth * _geometry.OutputChannels * _geometry.Taps);

    public override int Units(int batch) => batch * _geometry.OutputHeight;

    public override void Dispose() => _packed.Dispose();

    public override void Run(int first, int end, byte* scratch)
    {
        ConvGeometry g = _geometry;
        Window2 w = g.Window;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, g.OutputHeight);
            int top = row * w.Stride.Height - w.Padding.Height;
            (int firstY, int endY) = DepthwiseRows.Inside(top, w.Dilation.Height, w.Kernel.Height, g.InputHeight);
            float* image = _spec.Input.Floats + (long)sample * _spec.Input.Elements;
            for (int column = 0; column < g.OutputWidth; column++)
            {
                int left = column * w.Stride.Width - w.Padding.Width;
                (int firstX, int endX) = DepthwiseRows.Inside(left, w.Dilation.Width, w.Kernel.Width, g.InputWidth);
                var taps = new Taps
                {
                    Input = image + ((long)(top + firstY * w.Dilation.Height) * g.InputWidth + left + firstX * w.Dilation.Width) * g.InputChannels,
                    Weights = (float*)_packed.Address + (long)(firstY * w.Kernel.Width + firstX) * g.OutputChannels,
                    Rows = endY - firstY,
                    Columns = endX - firstX,
                    InputStep = (nint)w.Dilation.Width * g.InputChannels,
                    InputRow = (nint)w.Dilation.Height * g.InputWidth * g.InputChannels,
                    WeightStep = g.OutputChannels,
                    WeightRow = (nint)w.Kernel.Width * g.OutputChannels,
                };
                Pixel(taps, (float*)_packed.Address + (long)g.Taps * g.OutputChannels,
                    _spec.Output.Floats + ((long)unit * g.OutputWidth + column) * _spec.Output.Pitch, g.OutputChannels, _spec.Low, _spec.High);
            }
        }
    }

    /// <summary>The taps of one pixel that lie inside the image.</summary>
    protected struct Taps
    {
        public float* Input;
        public float* Weights;
        public int Rows;
        public int Columns;
        public nint InputStep;
        public nint InputRow;
        public nint WeightStep;
        public nint WeightRow;

        /// <summary>The sum of one channel.</summary>
        public readonly float Sum(int channel)
        {
            float sum = 0;
            for (int y = 0; y < Rows; y++)
                for (int x = 0; x < Columns; x++)
                    sum = MathF.FusedMultiplyAdd(Input[y * InputRow + x * InputStep + channel], Weights[y * WeightRow + x * WeightStep + channel], sum);
            return sum;
        }
    }

    /// <summary>Computes the channels of a pixel: the sums of its taps, plus the bias, within the bounds.</summary>
    protected abstract void Pixel(in Taps taps, float* bias, float* to, int channels, float low, float high);
}
