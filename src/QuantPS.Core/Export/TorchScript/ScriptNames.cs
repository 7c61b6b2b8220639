namespace QuantPS.Export;

/// <summary>
/// Names for variables or attributes of a program. What they are made from may be any text; of it only letters, digits and underscores come
/// through, so nothing of it can be code.
/// </summary>
internal sealed class ScriptNames
{
    private const int MaxLength = 100;
    private readonly HashSet<string> _taken = [];

    /// <summary>A new name.</summary>
    /// <param name="text">What it is made from.</param>
    /// <param name="suffix">How it ends, with an underscore at its start, so that no name is a keyword.</param>
    public string Take(string text, string suffix)
    {
        string start = string.Concat(text.Take(MaxLength).Select(letter => char.IsAsciiLetterOrDigit(letter) ? letter : '_'));
        if (start.Length == 0 || !char.IsAsciiLetter(start[0])) start = "v" + start;
        string name = start + suffix;
        for (int i = 2; !_taken.Add(name); i++) name = $"{start}_{i}{suffix}";
        return name;
    }
}
