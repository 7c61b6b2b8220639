using System.Text;

namespace QuantPS.Reports;

/// <summary>Writes reports as Markdown. Plots are left out: the tables have their numbers.</summary>
internal static class MarkdownReport
{
    private const string Special = @"\`*_{}[]#+!|~$";

    public static string Write(QuantReport report)
    {
        var text = new StringBuilder($"# {Escape(report.Title)}\n");
        foreach (ReportPart part in ReportContent.Of(report))
        {
            if (part is ReportPart.Heading heading) text.Append($"\n## {Escape(heading.Text)}\n");
            if (part is not ReportPart.Table table) continue;
            text.Append('\n').AppendJoin("", table.Headings.Select(title => $"| {Escape(title.Trim())} ")).Append("|\n");
            text.AppendJoin("", table.Headings.Select((_, column) => table.IsNumber(column) ? "| ---: " : "| --- ")).Append("|\n");
            foreach (var row in table.Rows) text.AppendJoin("", row.Select((cell, column) => $"| {(table.IsNumber(column) ? cell : Escape(cell))} ")).Append("|\n");
        }
        return text.ToString();
    }

    /// <summary>The text as it is, in one line: nothing in it is Markdown, HTML, a link, or a command to a pipeline.</summary>
    public static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in PlainText.Of(text))
        {
            if (c is '<' or '>' or '&' or ':' or '@') escaped.Append($"&#{(int)c};");
            else if (Special.Contains(c)) escaped.Append('\\').Append(c);
            else escaped.Append(c);
        }
        return escaped.ToString();
    }
}
