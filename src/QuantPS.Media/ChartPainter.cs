using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;
using QuantPS.Bridges;

namespace QuantPS.Media;

/// <summary>Draws by OxyPlot.</summary>
public sealed class ChartPainter : IChartPainter
{
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
        string svg = new SvgExporter { Width = 560, Height = 320 }.ExportToString(plot);
        // A page has several charts, and the names within it are one for all of it.
        return svg[svg.IndexOf("<svg", StringComparison.Ordinal)..]
            .Replace("id=\"clipPath", $"id=\"{chart.Id}-clip").Replace("url(#clipPath", $"url(#{chart.Id}-clip");
    }
}
