using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution as a matrix product: rows are output pixels, columns output channels. Units are pixels, or, where they are few, panels
/// of columns. Each element of the output is one sum in one order, so that no cut changes it.
/// </summary>
internal abstract unsafe class MatrixKernel(string name, string precision, InstructionSet instructionSet, ConvGeometry geometry)
    : Kernel(name, precision, instructionSet), IRegionKernel
{
    /// <summary>The rows of a tile.</summary>
    public const int TileRows = 6;
    private const int FewPixels = 4 * TileRows;
    private const int GrainProducts = 1 << 17;

    private bool _byColumns;
    private int _pixels;

    protected ConvGeometry Geometry { get; } = geometry;

    protected PanelLayout Layout { get; } = new(geometry);

    public override int Alignment => _byColumns ? 1 : TileRows;

    public override int Grain => _byColumns
        ? 1 + GrainProducts / (Geometry.Depth * PanelLayout.Wide * _pixels)
        : 1 + GrainProducts / (Geometry.Depth * Geometry.OutputChannels);

    public override int Units(int batch) => _byColumns ? Layout.Panels.Length : _pixels;

    public override void Begin(int batch)
    {
        _pixels = batch * Geometry.OutputPixels;
        _byColumns = _pixels < FewPixels;
    }

    public OutputRegion RegionOf(int first, int end)
    {
        int channels = Geometry.OutputChannels;
        if (!_byColumns) return OutputRegion.Of(first * channels, end * channels);
        int start = Layout.Panels[first].Channel;
        return new(start, Layout.Panels[end - 1].Channel + Layout.Panels[end - 1].Columns - start, channels, _pixels);
    }

    public sealed override void Run(int first, int end, byte* scratch)
    {
        if (_byColumns) RunPanels(0, _pixels, first, end, scratch);
        else RunPanels(first, end, 0, Layout.Panels.Length, scratch);
    }

    /// <summary>Computes pixels of panels.</summary>
    protected abstract void RunPanels(int firstPixel, int endPixel, int firstPanel, int endPanel, byte* scratch);
}
