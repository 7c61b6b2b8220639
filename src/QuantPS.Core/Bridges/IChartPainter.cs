namespace QuantPS.Bridges;

/// <summary>Draws curves and histograms. The bridge <c>Media</c> implements it; it may be used from several threads at once.</summary>
public interface IChartPainter
{
    /// <summary>An <c>svg</c> element to stand within an HTML page. It refers to nothing outside itself.</summary>
    string PaintSvg(Chart chart);

    /// <summary>An <c>svg</c> element of 560 by 320 with a histogram.</summary>
    string PaintSvg(HistogramChart chart);
}
