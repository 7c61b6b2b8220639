using System.Globalization;
using OxyPlot;
using OxyPlot.Annotations;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using QuantPS.Analysis;
using QuantPS.Bridges;

namespace QuantPS.Media;

/// <summary>Draws by OxyPlot.</summary>
public sealed class ChartPainter : IChartPainter
{
    // Below the smallest count: a logarithmic axis has no 0.
    private const double Least = 0.5;

    private static readonly OxyColor _grid = OxyColor.FromRgb(225, 225, 225);

    /// <inheritdoc/>
    public string PaintSvg(Chart chart)
    {
        var plot = new PlotModel { DefaultFont = "sans-serif", PlotAreaBorderColor = OxyColors.Gray };
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.BottomCenter, LegendPlacement = LegendPlacement.Outside, LegendOrientation = LegendOrientation.Horizontal });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "epoch", MinimumMajorStep = 1, MinimumMinorStep = 1, MinimumPadding = 0.02, MaximumPadding = 0.02 });
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Left, Title = chart.Title, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = _grid });
        foreach (ChartCurve curve in chart.Curves)
        {
            var series = new LineSeries { Title = curve.Name, MarkerType = MarkerType.Circle, MarkerSize = 3 };
            series.Points.AddRange(curve.Points.Select(point => new DataPoint(point.X, point.Y)));
            plot.Series.Add(series);
        }
        return ToSvg(plot, chart.Id);
    }

    /// <inheritdoc/>
    public string PaintSvg(HistogramChart chart)
    {
        var plot = new PlotModel { DefaultFont = "sans-serif", PlotAreaBorderColor = OxyColors.Gray, Title = chart.Title, TitleFontSize = 13, TitleFontWeight = FontWeights.Normal };
        plot.Axes.Add(new LinearAxis { Position = AxisPosition.Bottom, Title = "value", MinimumPadding = 0.02, MaximumPadding = 0.02 });
        plot.Axes.Add(new LogarithmicAxis { Position = AxisPosition.Left, Title = "count", Minimum = Least, MajorGridlineStyle = LineStyle.Solid, MajorGridlineColor = _grid });
        var bars = new RectangleBarSeries { FillColor = OxyColors.SteelBlue, StrokeThickness = 0 };
        ValueHistogram values = chart.Values;
        double width = (values.Maximum - values.Minimum) / Math.Max(values.Counts.Length, 1);
        for (int bin = 0; bin < values.Counts.Length; bin++)
            if (values.Counts[bin] > 0)
                bars.Items.Add(new RectangleBarItem(values.Minimum + bin * width, Least, values.Minimum + (bin + 1) * width, values.Counts[bin]));
        plot.Series.Add(bars);
        if (values.Range is var (lowest, highest))
            foreach (double end in (double[])[lowest, highest])
                plot.Annotations.Add(new LineAnnotation { Type = LineAnnotationType.Vertical, X = end, Color = OxyColors.Firebrick, LineStyle = LineStyle.Dash });
        return ToSvg(plot, chart.Id);
    }

    private static string ToSvg(PlotModel plot, string id)
    {
        plot.Culture = CultureInfo.InvariantCulture;
        string svg = new SvgExporter { Width = 560, Height = 320 }.ExportToString(plot);
        // A page has several charts, and the names within it are one for all of it.
        return svg[svg.IndexOf("<svg", StringComparison.Ordinal)..]
            .Replace("id=\"clipPath", $"id=\"{id}-clip").Replace("url(#clipPath", $"url(#{id}-clip");
    }
}
