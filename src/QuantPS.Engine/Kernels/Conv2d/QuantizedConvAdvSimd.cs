namespace QuantPS.Engine.Kernels;

/// <summary>Convolutions of codes to codes that are not depthwise.</summary>
internal sealed unsafe class QuantizedConvAdvSimd<TTiles> : CodeMatrixAdvSimd<TTiles> where TTiles : struct, ICodeTiles
{
    private readonly QuantizedConvSpec _spec;
    private readonly RequantizeAdvSimd _requantize;

    public QuantizedConvAdvSimd(QuantizedConvSpec spec) : base(spec.Name, spec.Input, spec.Geometry, spec.Weight)
    {
        _spec = spec;
        _requantize = new RequantizeAdvSimd(spec.Requantization, Layout);
        SetZeroPoint(spec.InputZeroPoint, Layout.Spread(spec.Requantization.IntegerBias));
    }

    public override void Dispose()
    {
        _requantize.Dispose();
        base.Dispose();
    }

    protected override void Finish(PanelLayout.Panel panel, int* sums, int rows, int pixel) => _requantize.Store(
        sums, rows, panel.Start, _spec.Output.Address + (long)pixel * _spec.Output.Pitch + panel.Channel, _spec.Output.Pitch, panel.Columns);
}
