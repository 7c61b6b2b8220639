using System.Globalization;
using System.Net;
using System.Text;
using QuantPS.Analysis;
using QuantPS.Bridges;
using QuantPS.Checkpoints;

namespace QuantPS.Reports;

/// <summary>Histograms of layers as one picture: a row for each layer, its weight on the left, what it gives on the right.</summary>
public static class HistogramPicture
{
    private const int Width = 560, Height = 320;

    private const string Style =
        "body{font:15px/1.5 sans-serif;max-width:76em;margin:2em auto;padding:0 1em;color:#222}h1{font-size:1.6em}h2{font-size:1.1em;margin-top:2em}svg{max-width:100%;height:auto}";

    /// <summary>Writes the picture: a page of HTML, else an SVG file. It appears under its name only when it is complete.</summary>
    /// <param name="layers">The layers.</param>
    /// <param name="title">The title of the page.</param>
    /// <param name="isPage">Whether it is a page.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="QuantPSException">
    /// <c>CheckpointNotWritten</c>: the folder is not there, the disk is full, or the user may not. <c>BridgeNotFound</c>, <c>BridgeUnavailable</c>: what
    /// draws is not there.
    /// </exception>
    public static void Write(IReadOnlyList<LayerHistogram> layers, string title, bool isPage, string path)
    {
        var painter = Bridge.Load<IChartPainter>("Media");
        byte[] bytes = Encoding.UTF8.GetBytes(isPage ? ToHtml(layers, title, painter) : ToSvg(layers, painter));
        Checkpoint.WriteFile(path, stream => stream.Write(bytes));
    }

    /// <summary>The picture alone.</summary>
    public static string ToSvg(IReadOnlyList<LayerHistogram> layers, IChartPainter painter)
    {
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{2 * Width}\" height=\"{layers.Count * Height}\">\n");
        for (int row = 0; row < layers.Count; row++)
            foreach ((HistogramChart chart, int column) in Charts(layers[row], row))
                svg.Append(painter.PaintSvg(chart).Replace("<svg ", FormattableString.Invariant($"<svg x=\"{column * Width}\" y=\"{row * Height}\" "))).Append('\n');
        return svg.Append("</svg>\n").ToString();
    }

    /// <summary>A page that needs no other file.</summary>
    public static string ToHtml(IReadOnlyList<LayerHistogram> layers, string title, IChartPainter painter)
    {
        var page = new StringBuilder();
        page.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head><meta charset=\"utf-8\"><title>{Text(title)}</title><style>{Style}</style></head>\n<body>\n<h1>{Text(title)}</h1>\n");
        page.Append("<p>Counts stand on a logarithmic axis. Dashed lines are the ends of the range that the codes of a value have.</p>\n");
        for (int row = 0; row < layers.Count; row++)
        {
            page.Append($"<h2>{Text(layers[row].Layer.ToString())}</h2>\n");
            foreach ((HistogramChart chart, _) in Charts(layers[row], row)) page.Append(painter.PaintSvg(chart)).Append('\n');
        }
        return page.Append("</body>\n</html>\n").ToString();
    }

    private static IEnumerable<(HistogramChart Chart, int Column)> Charts(LayerHistogram layer, int row)
    {
        if (layer.Weight is { } weight) yield return (new($"weight{row}", Title(layer.Layer, "weight", weight), weight), 0);
        if (layer.Activation is { } activation) yield return (new($"activation{row}", Title(layer.Layer, "activation", activation), activation), 1);
    }

    private static string Title(LayerInfo layer, string what, ValueHistogram values) => string.Create(CultureInfo.InvariantCulture,
        $"{layer.Module}, {what} ({layer.Precision}): {values.Total:N0} values, {values.ZeroShare:P1} at zero");

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
