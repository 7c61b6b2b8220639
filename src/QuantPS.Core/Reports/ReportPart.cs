using System.Collections.Immutable;

namespace QuantPS.Reports;

/// <summary>A part of a report for people, with texts as they are: whoever writes it escapes them.</summary>
internal abstract record ReportPart
{
    /// <summary>The heading of what follows.</summary>
    public sealed record Heading(string Text) : ReportPart;

    /// <summary>Rows of text under headings; columns whose heading begins with a blank hold numbers.</summary>
    public sealed record Table(ImmutableArray<string> Headings, ImmutableArray<ImmutableArray<string>> Rows) : ReportPart
    {
        public bool IsNumber(int column) => Headings[column].StartsWith(' ');
    }

    /// <summary>Bars of one unit.</summary>
    public sealed record Chart(string Title, string Unit, ImmutableArray<(string Label, double Value)> Bars) : ReportPart;
}
