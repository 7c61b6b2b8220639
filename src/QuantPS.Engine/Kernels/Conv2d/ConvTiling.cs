namespace QuantPS.Engine.Kernels;

/// <summary>
/// How a convolution of bytes is cut: the runs of memory that a pixel sees, panels of output channels, bands of output rows or pixels,
/// and tiles.
/// </summary>
internal sealed class ConvTiling
{
    private const int BandBytes = 128 * 1024;
    private const int UnitProducts = 300_000;
    private const int MostUnits = 48;
    private const int WidePanel = 16;
    private const int WidestPanel = 4;

    /// <param name="Group">The group.</param>
    /// <param name="Channel">The first output channel.</param>
    /// <param name="Columns">The number of output channels.</param>
    internal sealed record Panel(int Group, int Channel, int Columns);

    private readonly int? _panelColumns;
    private readonly int _pixels;
    private readonly bool _keepsBands;

    /// <param name="geometry">The convolution.</param>
    /// <param name="maxBatch">The largest batch.</param>
    /// <param name="keepsBands">Whether units must go through all panels of a band before the next band.</param>
    /// <param name="panelColumns">The columns of all panels, filled up or not; null for what suits emitted tiles best.</param>
    public ConvTiling(in ConvGeometry geometry, int maxBatch, bool keepsBands = false, int? panelColumns = null)
    {
        (_panelColumns, _keepsBands, _pixels) = (panelColumns, keepsBands, maxBatch * geometry.OutputPixels);
        Geometry = geometry;
        Window2 w = geometry.Window;
        IsFlat = geometry.IsPointwise;
        IsPadded = w.Padding is not { Height: 0, Width: 0 };
        bool joined = geometry.Groups == 1 && w.Dilation.Width == 1;
        Runs = joined ? w.Kernel.Height : geometry.Taps;
        RunBytes = geometry.Depth / Runs;
        PaddedWidth = IsPadded
            ? (geometry.OutputWidth - 1) * w.Stride.Width + w.Dilation.Width * (w.Kernel.Width - 1) + 1 : geometry.InputWidth;
        Panels = CutColumns(maxBatch);
        (BandLines, LinePixels) = IsFlat ? (1, CutPixels(maxBatch)) : (CutRows(), geometry.OutputWidth);
    }

    public ConvGeometry Geometry { get; }

    /// <summary>Whether the pixels of a batch are the rows of one matrix; else lines are the rows of an image.</summary>
    public bool IsFlat { get; }

    /// <summary>Whether bands of the input are copied, with the padding around them.</summary>
    public bool IsPadded { get; }

    public int Runs { get; }

    /// <summary>The bytes of a run.</summary>
    public int RunBytes { get; }

    /// <summary>The steps of four bytes of a run; the last may reach into what follows, where weights are zero.</summary>
    public int Steps => (RunBytes + 3) / 4;

    /// <summary>The pixels of an input row as the tiles see it.</summary>
    public int PaddedWidth { get; }

    public int RowPitch => PaddedWidth * Geometry.InputChannels;

    public int PixelStride => Geometry.Window.Stride.Width * Geometry.InputChannels;

    public Panel[] Panels { get; }

    /// <summary>The output rows of a band.</summary>
    public int BandLines { get; }

    /// <summary>The pixels of a line; of the longest line where it is flat.</summary>
    public int LinePixels { get; }

    /// <summary>The input rows of a band.</summary>
    public int BandInputRows =>
        (BandLines - 1) * Geometry.Window.Stride.Height + Geometry.Window.Dilation.Height * (Geometry.Window.Kernel.Height - 1) + 1;

    /// <summary>
    /// Whether units go through all bands of a panel before the next panel: the weights, which are more than the input, are read once.
    /// </summary>
    public bool IsPanelMajor => !_keepsBands && IsFlat && (long)Geometry.OutputChannels * Geometry.Depth > (long)Geometry.InputChannels * _pixels;

    /// <summary>The number of bands.</summary>
    public int Bands(int batch) => IsFlat
        ? (batch * Geometry.OutputPixels + LinePixels - 1) / LinePixels
        : batch * ((Geometry.OutputHeight + BandLines - 1) / BandLines);

    /// <summary>The columns of a panel with the filling.</summary>
    public int LanesOf(Panel panel) => _panelColumns ?? ConvTileShape.VectorsOf(panel.Columns) * ConvTileShape.Lanes;

    /// <summary>Where the runs of a pixel begin, from its first byte.</summary>
    public long[] RunStarts()
    {
        Window2 w = Geometry.Window;
        int perRow = Runs / w.Kernel.Height;
        var starts = new long[Runs];
        for (int run = 0; run < Runs; run++)
            starts[run] = (long)(run / perRow) * w.Dilation.Height * RowPitch + run % perRow * w.Dilation.Width * Geometry.InputChannels;
        return starts;
    }

    /// <summary>A line in tiles of almost one size.</summary>
    /// <param name="pixels">The pixels of the line.</param>
    /// <param name="most">The most pixels of a tile.</param>
    /// <returns>The pixels of the larger tiles, and the numbers of those and of the ones with a pixel less.</returns>
    public static (int Pixels, int Larger, int Smaller) CutLine(int pixels, int most)
    {
        int tiles = (pixels + most - 1) / most;
        int size = (pixels + tiles - 1) / tiles;
        int larger = pixels - tiles * (size - 1);
        return (size, larger, tiles - larger);
    }

    /// <summary>The lengths that lines can have.</summary>
    public IReadOnlyCollection<int> LineLengths(int maxBatch)
    {
        HashSet<int> lengths = [];
        for (int batch = 1; batch <= maxBatch; batch++)
        {
            lengths.Add(IsFlat ? Math.Min(LinePixels, batch * Geometry.OutputPixels) : LinePixels);
            if (IsFlat) lengths.Add(LastLine(batch));
        }
        return lengths;
    }

    private int LastLine(int batch) => (batch * Geometry.OutputPixels - 1) % LinePixels + 1;

    private Panel[] CutColumns(int maxBatch)
    {
        int pixels = IsFlat ? maxBatch * Geometry.OutputPixels : Geometry.OutputWidth;
        int vectors = ConvTileShape.VectorsOf(Geometry.GroupOutputs);
        int widest = _panelColumns is { } columns ? columns / ConvTileShape.Lanes : IsFlat && pixels == 1 ? WidePanel : BestWidth(pixels, vectors);
        int count = (vectors + widest - 1) / widest;
        var panels = new List<Panel>();
        for (int group = 0; group < Geometry.Groups; group++)
            for (int p = 0, at = 0; p < count; p++)
            {
                int take = _panelColumns is null ? (vectors - at + count - p - 1) / (count - p) : Math.Min(widest, vectors - at);
                int first = at * ConvTileShape.Lanes;
                panels.Add(new(group, group * Geometry.GroupOutputs + first, Math.Min(take * ConvTileShape.Lanes, Geometry.GroupOutputs - first)));
                at += take;
            }
        return [.. panels];
    }

    /// <summary>The widest panel for which products and loads cost the least: a core does one of each at a time.</summary>
    private int BestWidth(int pixels, int vectors)
    {
        int best = 1;
        double least = double.MaxValue;
        for (int width = 1; width <= Math.Min(WidestPanel, vectors); width++)
        {
            int count = (vectors + width - 1) / width;
            (int size, int larger, int smaller) = CutLine(Math.Min(pixels, 4096), ConvTileShape.PixelsFor((vectors + count - 1) / count, Runs * Steps, PixelStride));
            double cost = 0;
            for (int p = 0, at = 0; p < count; p++)
            {
                int take = (vectors - at + count - p - 1) / (count - p);
                at += take;
                cost += larger * Cost(size, take) + smaller * Cost(size - 1, take);
            }
            if (cost <= least) (best, least) = (width, cost);
        }
        return best;
    }

    private static double Cost(int pixels, int vectors) => Math.Max(pixels * vectors, pixels + vectors) + 0.5;

    private int BandsWanted(long pixels, long inputBytes)
    {
        long products = pixels * Geometry.Depth * Geometry.OutputChannels;
        long units = Math.Clamp(products / UnitProducts, 1, MostUnits);
        return (int)Math.Max((units + Panels.Length - 1) / Panels.Length, (inputBytes + BandBytes - 1) / BandBytes);
    }

    private int CutRows()
    {
        int bands = Math.Min(Geometry.OutputHeight, BandsWanted(Geometry.OutputPixels, (long)Geometry.InputHeight * RowPitch));
        return (Geometry.OutputHeight + bands - 1) / bands;
    }

    private int CutPixels(int maxBatch)
    {
        int pixels = maxBatch * Geometry.OutputPixels;
        int columns = 0;
        foreach (Panel panel in Panels) columns = Math.Max(columns, panel.Columns);
        int tile = ConvTileShape.PixelsFor(ConvTileShape.VectorsOf(columns), Runs * Steps, PixelStride);
        int bands = Math.Min((pixels + tile - 1) / tile, BandsWanted(pixels, (long)pixels * Geometry.InputChannels));
        int line = (pixels + bands - 1) / bands;
        return Math.Min(pixels, (line + tile - 1) / tile * tile);
    }
}
