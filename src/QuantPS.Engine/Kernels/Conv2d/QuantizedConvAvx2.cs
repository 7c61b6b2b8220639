using System.Runtime.Intrinsics.X86;

namespace QuantPS.Engine.Kernels;

/// <summary>Convolutions of codes to codes that are not depthwise.</summary>
internal sealed unsafe class QuantizedConvAvx2 : CodeMatrixAvx2
{
    private readonly QuantizedConvSpec _spec;
    private readonly RequantizeAvx2 _requantize;

    public QuantizedConvAvx2(QuantizedConvSpec spec) : base(spec.Name, spec.Input, spec.Geometry, spec.Weight)
    {
        _spec = spec;
        _requantize = new RequantizeAvx2(spec.Requantization, Layout);
        ZeroPoint = spec.InputZeroPoint;
    }

    public override void Dispose()
    {
        _requantize.Dispose();
        base.Dispose();
    }

    protected override void Finish(PanelLayout.Panel panel, int* sums, int rows, int pixel)
    {
        byte* to = _spec.Output.Address + (long)pixel * Geometry.OutputChannels + panel.Channel;
        for (int row = 0; row < rows; row++, to += Geometry.OutputChannels, sums += PanelLayout.Wide)
            RequantizeAvx2.Store(to, _requantize.Apply(Avx.LoadVector256(sums), Avx.LoadVector256(sums + 8), panel.Start), panel.Columns);
    }
}
