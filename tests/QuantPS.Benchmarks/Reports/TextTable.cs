using System.Text;

namespace QuantPS.Benchmarks.Reports;

/// <summary>A table in Markdown, its columns filled up to one width: to the left where the heading ends with a blank, else to the right.</summary>
internal sealed class TextTable(params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<string>> _rows = [headings];

    public void Add(params IReadOnlyList<string> row) => _rows.Add(row);

    public override string ToString()
    {
        int[] widths = [.. headings.Select((_, column) => _rows.Max(row => row[column].Length))];
        var text = new StringBuilder();
        foreach (IReadOnlyList<string> row in _rows)
        {
            text.Append("| ").AppendJoin(" | ", row.Select((cell, column) => IsLeft(column) ? cell.PadRight(widths[column]) : cell.PadLeft(widths[column]))).AppendLine(" |");
            if (ReferenceEquals(row, headings))
                text.Append("| ").AppendJoin(" | ", widths.Select((width, column) => new string('-', width - 1) + (IsLeft(column) ? '-' : ':'))).AppendLine(" |");
        }
        return text.ToString();
    }

    private bool IsLeft(int column) => headings[column].EndsWith(' ');
}
