using System.Text;

namespace QuantPS;

/// <summary>
/// Makes names that came with a file harmless where they are shown: in one line, and no command to a pipeline agent that reads along.
/// </summary>
public static class PlainText
{
    /// <summary>
    /// The text in one line. Control characters, line breaks and marks that turn the direction of writing become their code, as in
    /// <c>\u000A</c>, and a blank parts the two signs that commands start with: <c>##</c> and <c>::</c>. Plain text is returned as it is.
    /// </summary>
    public static string Of(string text)
    {
        int plain = 0;
        while (plain < text.Length && !IsHidden(text[plain]) && !IsMark(text, plain)) plain++;
        if (plain == text.Length) return text;

        var line = new StringBuilder(text, 0, plain, text.Length + 8);
        for (int i = plain; i < text.Length; i++)
        {
            if (IsHidden(text[i])) line.Append($"\\u{(int)text[i]:X4}");
            else line.Append(IsMark(text, i) ? " " : "").Append(text[i]);
        }
        return line.ToString();
    }

    /// <summary>The text, or its beginning where it is longer than so many characters: what a file holds may be of any length.</summary>
    internal static string Short(string text, int most) => text.Length <= most ? text : $"{text.AsSpan(0, most)}...";

    private static bool IsHidden(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFFFE' or '\uFFFF' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool IsMark(string text, int index) => index > 0 && text[index] is '#' or ':' && text[index - 1] == text[index];
}
