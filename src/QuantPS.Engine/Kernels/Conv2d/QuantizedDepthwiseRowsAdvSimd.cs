using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution of codes in which each channel sees itself alone, by three by three taps: 16 channels at a time go along a row of
/// pixels, weights and columns of codes in registers. A unit is a row of pixels.
/// </summary>
internal sealed unsafe class QuantizedDepthwiseRowsAdvSimd<TColumn> : Kernel, IRegionKernel where TColumn : struct, IDepthwiseColumn<TColumn>
{
    private const int Lanes = 16;
    private const int Taps = 9;

    private readonly QuantizedConvSpec _spec;
    private readonly ConvGeometry _geometry;
    private readonly NativeMemoryBlock _packed;
    private readonly NativeMemoryBlock _start;
    private readonly NativeMemoryBlock _padding;
    private readonly RequantizeAdvSimd _requantize;

    public QuantizedDepthwiseRowsAdvSimd(QuantizedConvSpec spec) : base($"{spec.Name}_depthwise", Int8, TColumn.InstructionSet)
    {
        (_spec, _geometry) = (spec, spec.Geometry);
        int channels = (_geometry.OutputChannels + Lanes - 1) / Lanes * Lanes;
        _packed = new NativeMemoryBlock((long)channels / TColumn.Channels * 3 * TColumn.WeightBytes);
        _start = new NativeMemoryBlock(channels * sizeof(int));
        _requantize = new RequantizeAdvSimd(spec.Requantization);
        int row = _geometry.InputWidth * _geometry.InputChannels;
        _padding = new NativeMemoryBlock(row + Lanes);
        new Span<byte>(_padding.Address, row + Lanes).Fill((byte)spec.InputZeroPoint);
        for (int channel = 0; channel < _geometry.OutputChannels; channel++) Pack(channel, spec.Weight.Row(channel));
    }

    public override int Grain => 1 + (1 << 15) / (_geometry.OutputWidth * _geometry.OutputChannels);

    /// <summary>The sums of a row of pixels.</summary>
    public override int ScratchBytes => _geometry.OutputWidth * Lanes * sizeof(int);

    public override int Units(int batch) => batch * _geometry.OutputHeight;

    /// <summary>Whether the kernel computes a convolution, exactly.</summary>
    public static bool Takes(QuantizedConvSpec spec)
    {
        if (!spec.Geometry.IsDepthwise || spec.Geometry.Window is not
            { Kernel: { Height: 3, Width: 3 }, Dilation: { Height: 1, Width: 1 }, Stride: { Width: 1 or 2 } }) return false;
        for (int channel = 0; channel < spec.Weight.Outputs; channel++)
            if (!TColumn.IsExactFor(spec.Weight.Row(channel))) return false;
        return true;
    }

    public OutputRegion RegionOf(int first, int end)
    {
        int row = _geometry.OutputWidth * _geometry.OutputChannels;
        return OutputRegion.Of(first * row, end * row);
    }

    public override void Dispose()
    {
        _packed.Dispose();
        _start.Dispose();
        _padding.Dispose();
        _requantize.Dispose();
    }

    public override void Run(int first, int end, byte* scratch)
    {
        Window2 w = _geometry.Window;
        int channels = _geometry.OutputChannels, pixels = _geometry.OutputWidth, pitch = _spec.Output.Pitch;
        var row = new DepthwiseRow { Width = _geometry.InputWidth, Step = channels, Left = -w.Padding.Width, Pixels = pixels, Padding = _padding.Address };
        var sums = (int*)scratch;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int y) = Math.DivRem(unit, _geometry.OutputHeight);
            byte* image = _spec.Input.Address + (long)sample * _spec.Input.Elements;
            byte* to = _spec.Output.Address + (long)unit * pixels * pitch;
            int top = y * w.Stride.Height - w.Padding.Height;
            for (int c = 0; c < channels; c += Lanes)
            {
                row.Top = InputRow(image, top) + c;
                row.Middle = InputRow(image, top + 1) + c;
                row.Bottom = InputRow(image, top + 2) + c;
                for (int part = 0; part < Lanes; part += TColumn.Channels)
                {
                    sbyte* weights = (sbyte*)_packed.Address + (long)(c + part) / TColumn.Channels * 3 * TColumn.WeightBytes;
                    int* start = (int*)_start.Address + c + part;
                    if (w.Stride.Width == 1) DepthwiseRow.Run<TColumn>(row, weights, start, sums + part);
                    else DepthwiseRow.RunEverySecond<TColumn>(row, weights, start, sums + part);
                    row.Top += TColumn.Channels;
                    row.Middle += TColumn.Channels;
                    row.Bottom += TColumn.Channels;
                }
                _requantize.Store(sums, pixels, c, to + c, pitch, Math.Min(Lanes, channels - c));
            }
        }
    }

    private byte* InputRow(byte* image, int y) =>
        (uint)y < (uint)_geometry.InputHeight ? image + (long)y * _geometry.InputWidth * _geometry.InputChannels : _padding.Address;

    private void Pack(int channel, ReadOnlySpan<short> weights)
    {
        (int block, int lane) = Math.DivRem(channel, TColumn.Channels);
        sbyte* to = (sbyte*)_packed.Address + (long)block * 3 * TColumn.WeightBytes;
        int sum = 0;
        foreach (short weight in weights) sum += weight;
        ((int*)_start.Address)[channel] = unchecked(_spec.Requantization.IntegerBias[channel] + (128 - _spec.InputZeroPoint) * sum);
        for (int column = 0; column < 3; column++, to += TColumn.WeightBytes)
            TColumn.Pack((sbyte)weights[column], (sbyte)weights[3 + column], (sbyte)weights[6 + column], lane, to);
    }
}
