using System.Net;
using System.Text;

namespace QuantPS.Reports;

/// <summary>Writes reports as one HTML page. It loads nothing and runs nothing, and says so to the browser.</summary>
internal static class HtmlReport
{
    private const string Style = """
        body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1b1f24; background: #fff; }
        h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin-top: 2.2rem; overflow-wrap: anywhere; }
        table { border-collapse: collapse; width: 100%; } th, td { padding: .3rem .6rem; border-bottom: 1px solid #d8dee4; text-align: left; overflow-wrap: anywhere; }
        .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .Passed { color: #176f2c; } .Warning { color: #8a5a00; } .Failed { color: #b3121d; font-weight: 600; }
        figure { margin: 1.5rem 0; } figcaption { font-weight: 600; margin-bottom: .3rem; }
        svg { width: 100%; height: auto; } svg text { font-size: 13px; fill: currentColor; } svg rect { fill: #2f6fb0; } svg rect.below { fill: #b3121d; }
        @media (prefers-color-scheme: dark) { body { color: #e6edf3; background: #0d1117; } th, td { border-color: #30363d; }
          .Passed { color: #57ab5a; } .Warning { color: #daaa3f; } .Failed { color: #f47067; } svg rect { fill: #539bf5; } }
        """;

    public static string Write(QuantReport report)
    {
        var html = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
        html.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n");
        html.Append($"<meta name=\"viewport\" content=\"width=device-width\">\n<title>{Escape(report.Title)}</title>\n<style>\n{Style}\n</style>\n</head>\n<body>\n");
        html.Append($"<h1>{Escape(report.Title)}</h1>\n");
        foreach (ReportPart part in ReportContent.Of(report)) html.Append(part switch
        {
            ReportPart.Heading heading => $"<h2>{Escape(heading.Text)}</h2>\n",
            ReportPart.Table table => Table(table),
            ReportPart.Chart { Bars.Length: > 0 } chart => SvgBars.Draw(chart),
            _ => "",
        });
        return html.Append("</body>\n</html>\n").ToString();
    }

    /// <summary>The text as it is, in one line: nothing in it is HTML.</summary>
    public static string Escape(string text) => WebUtility.HtmlEncode(PlainText.Of(text));

    private static string Table(ReportPart.Table table)
    {
        var html = new StringBuilder("<table>\n<tr>");
        for (int column = 0; column < table.Headings.Length; column++)
            html.Append($"<th{Class(table, column, "")}>{Escape(table.Headings[column].Trim())}</th>");
        html.Append("</tr>\n");
        foreach (var row in table.Rows)
        {
            html.Append("<tr>");
            for (int column = 0; column < row.Length; column++) html.Append($"<td{Class(table, column, row[column])}>{Escape(row[column])}</td>");
            html.Append("</tr>\n");
        }
        return html.Append("</table>\n").ToString();
    }

    private static string Class(ReportPart.Table table, int column, string text) =>
        table.IsNumber(column) ? " class=\"number\""
        : table.Headings[column] == "Outcome" && text.Length > 0 ? $" class=\"{Escape(text)}\""
        : "";
}
