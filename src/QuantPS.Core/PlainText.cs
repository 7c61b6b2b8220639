using System.Text;

namespace QuantPS;

/// <summary>
/// Makes names that came with a file harmless where they are shown: in one line, and no command to a pipeline agent that reads along.
/// </summary>
public static class PlainText
{
    /// <summary>
    /// The text in one line. Control characters, line breaks and marks that turn the direction of writing become their code, as in
    /// <c>\u000A</c>, and a blank parts the two signs that commands start with: <c>##</c> and <c>::</c>.
    /// </summary>
    public static string Of(string text)
    {
        var line = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFFFE' or '\uFFFF' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069'))
            {
                line.Append($"\\u{(int)c:X4}");
                continue;
            }
            if (c is '#' or ':' && line.Length > 0 && line[^1] == c) line.Append(' ');
            line.Append(c);
        }
        return line.ToString();
    }
}
