using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>How text becomes a network's input: the WordPiece tokens of BERT.</summary>
/// <param name="Vocabulary">The tokens by their ids, as the lines of <c>vocab.txt</c> give them.</param>
/// <param name="LowerCase">Whether letters are made small and lose their accents first (<c>do_lower_case</c>).</param>
/// <param name="MaxLength">The most tokens of an input, [CLS] and [SEP] among them.</param>
public sealed record TextPreprocessing(ImmutableArray<string> Vocabulary, bool LowerCase, int MaxLength)
{
    /// <summary>The name of the file of tokens beside a model.</summary>
    public const string VocabularyFile = "vocab.txt";

    private const string SettingsFile = "tokenizer_config.json";
    private const long MaxBytes = 64 << 20;

    /// <summary>Reads the vocabulary, and the settings of the tokenizer where they lie beside it in <c>tokenizer_config.json</c>.</summary>
    /// <param name="path">The vocabulary: a token a line.</param>
    /// <param name="maxLength">The most tokens that the network takes.</param>
    /// <exception cref="QuantPSException"><c>VocabularyUnreadable</c>: it is not there, or lacks a token that BERT needs.</exception>
    public static TextPreprocessing Read(string path, int maxLength)
    {
        string settings = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, SettingsFile);
        bool lowerCase = true;
        if (File.Exists(settings))
        {
            using var document = JsonFile.Read(settings, "VocabularyUnreadable");
            lowerCase = JsonFile.Flag(document.RootElement, "do_lower_case") ?? true;
        }
        var result = new TextPreprocessing(ReadLines(path), lowerCase, maxLength);
        string[] missing = [.. Special.All.Where(token => !result.Vocabulary.Contains(token))];
        return missing.Length == 0 ? result : throw new QuantPSException("VocabularyUnreadable",
            $"'{path}' is not a vocabulary of BERT: it lacks {string.Join(", ", missing)}. Give the vocab.txt that the model was trained with, a token a line.", path);
    }

    /// <summary>The settings as a line of text.</summary>
    public override string ToString() => $"WordPiece, {Vocabulary.Length} tokens, {(LowerCase ? "lower case" : "cased")}, at most {MaxLength}";

    private static ImmutableArray<string> ReadLines(string path)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Exists && file.Length > MaxBytes)
                throw new QuantPSException("VocabularyUnreadable", $"'{path}' cannot be read: it has {file.Length:N0} bytes, and {MaxBytes:N0} is the most.", path);
            return [.. File.ReadLines(path)];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantPSException("VocabularyUnreadable", $"'{path}' cannot be read: {e.Message}", path, e);
        }
    }

    /// <summary>The tokens that mean no text.</summary>
    internal static class Special
    {
        public const string Padding = "[PAD]", Unknown = "[UNK]", Class = "[CLS]", Separator = "[SEP]", Mask = "[MASK]";

        public static readonly string[] All = [Padding, Unknown, Class, Separator, Mask];
    }
}
