using System.Globalization;
using System.Text;

namespace QuantPS.Reports;

/// <summary>Draws bars as SVG that stands inside of an HTML page.</summary>
internal static class SvgBars
{
    private const int Width = 720, LabelWidth = 260, ValueWidth = 90, Row = 24;

    public static string Draw(ReportPart.Chart chart)
    {
        double largest = chart.Bars.Max(bar => Math.Abs(bar.Value));
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture,
            $"<figure><figcaption>{HtmlReport.Escape(chart.Title)}{(chart.Unit.Length > 0 ? $", {chart.Unit}" : "")}</figcaption>\n");
        svg.Append(CultureInfo.InvariantCulture,
            $"<svg viewBox=\"0 0 {Width} {chart.Bars.Length * Row}\" role=\"img\" aria-label=\"{HtmlReport.Escape(chart.Title)}\">\n");
        for (int i = 0; i < chart.Bars.Length; i++)
        {
            (string label, double value) = chart.Bars[i];
            int top = i * Row;
            double length = largest > 0 && double.IsFinite(value) ? Math.Abs(value) / largest * (Width - LabelWidth - ValueWidth) : 0;
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth - 8}\" y=\"{top + 16}\" text-anchor=\"end\">{HtmlReport.Escape(Shorten(label))}<title>{HtmlReport.Escape(label)}</title></text>");
            svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{LabelWidth}\" y=\"{top + 4}\" width=\"{length:0.#}\" height=\"{Row - 8}\"{(value < 0 ? " class=\"below\"" : "")} />");
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{LabelWidth + length + 6:0.#}\" y=\"{top + 16}\">{ReportContent.Number(value)}</text>\n");
        }
        return svg.Append("</svg></figure>\n").ToString();
    }

    private static string Shorten(string label) => label.Length <= 36 ? label : $"…{label[^35..]}";
}
