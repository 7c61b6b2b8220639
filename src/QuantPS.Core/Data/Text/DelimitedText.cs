using System.Text;

namespace QuantPS.Data;

/// <summary>
/// Rows of fields: with commas, as RFC 4180 has them, where a field in quotation marks may hold commas, line ends and doubled marks; or with
/// tabs, where nothing is special.
/// </summary>
internal static class DelimitedText
{
    /// <summary>The rows and the lines that they begin at; empty lines are left out.</summary>
    /// <param name="reader">The text.</param>
    /// <param name="delimiter">The comma or the tab.</param>
    /// <exception cref="FormatException">A quotation mark is not closed.</exception>
    public static IEnumerable<(int Line, List<string> Fields)> Read(TextReader reader, char delimiter)
    {
        for (int line = 1; reader.ReadLine() is { } text; line++)
        {
            int start = line;
            if (delimiter == '\t')
            {
                if (text.Length > 0) yield return (start, [.. text.Split('\t')]);
                continue;
            }
            if (HasOddMark(text))
            {
                // The field goes on over lines until its mark comes.
                var row = new StringBuilder(text);
                do
                {
                    text = reader.ReadLine() ?? throw new FormatException($"a quotation mark of line {start} is not closed.");
                    row.Append('\n').Append(text);
                    line++;
                }
                while (!HasOddMark(text));
                text = row.ToString();
            }
            if (text.Length > 0) yield return (start, Fields(text, delimiter));
        }
    }

    /// <summary>Whether a line opens a field in quotation marks, or closes one, that another line has the other mark of.</summary>
    private static bool HasOddMark(string line) => line.Count(c => c == '"') % 2 != 0;

    private static List<string> Fields(string text, char delimiter)
    {
        List<string> fields = [];
        var field = new StringBuilder();
        bool quoted = false;
        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && quoted && i + 1 < text.Length && text[i + 1] == '"') field.Append(text[i++]);
            else if (text[i] == '"') quoted = !quoted;
            else if (text[i] == delimiter && !quoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else field.Append(text[i]);
        }
        fields.Add(field.ToString());
        return fields;
    }
}
