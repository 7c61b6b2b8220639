using System.Text;

namespace QuantPS.Data;

/// <summary>The tokens of text files, as PyTorch's word_language_model (<c>data.py</c>) and the usual character models take them apart.</summary>
internal static class TextTokens
{
    /// <summary>The token at the end of each line.</summary>
    public const string EndOfLine = "<eos>";

    /// <summary>The token that stands for words that are not in the vocabulary.</summary>
    public const string Unknown = "<unk>";

    /// <summary>The tokens of a file, each with its line, from 1 on.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="unit">What a token is.</param>
    public static IEnumerable<(string Token, int Line)> Read(string path, TokenUnit unit) =>
        unit == TokenUnit.Word ? Words(path) : Characters(path);

    /// <summary>The words of a line.</summary>
    public static string[] Split(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<(string, int)> Words(string path)
    {
        int number = 0;
        foreach (string line in File.ReadLines(path))
        {
            number++;
            foreach (string word in Split(line)) yield return (word, number);
            yield return (EndOfLine, number);
        }
    }

    private static IEnumerable<(string, int)> Characters(string path)
    {
        int number = 1;
        // As Python opens text: every line end is one line feed.
        foreach (Rune rune in File.ReadAllText(path).ReplaceLineEndings("\n").EnumerateRunes())
        {
            yield return (rune.ToString(), number);
            if (rune.Value == '\n') number++;
        }
    }
}
