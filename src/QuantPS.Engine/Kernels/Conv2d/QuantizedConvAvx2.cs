namespace QuantPS.Engine.Kernels;

/// <summary>Convolutions of codes to codes that are not depthwise.</summary>
internal sealed unsafe class QuantizedConvAvx2 : CodeMatrixAvx2
{
    private readonly QuantizedConvSpec _spec;
    private readonly RequantizeAvx2 _requantize;

    public QuantizedConvAvx2(QuantizedConvSpec spec) : base(spec.Name, spec.Input, spec.Geometry, spec.Weight)
    {
        _spec = spec;
        _requantize = new RequantizeAvx2(spec.Requantization, spec.LargestSums(), Layout.Channels());
        ZeroPoint = spec.InputZeroPoint;
    }

    public override void Dispose()
    {
        _requantize.Dispose();
        base.Dispose();
    }

    protected override int* Start => _requantize.Start;

    protected override void Finish(PanelLayout.Panel panel, int* sums, int rows, int pixel) => _requantize.Store(
        sums, rows, panel.Start, _spec.Output.Address + (long)pixel * _spec.Output.Pitch + panel.Channel, _spec.Output.Pitch, panel.Columns);
}
