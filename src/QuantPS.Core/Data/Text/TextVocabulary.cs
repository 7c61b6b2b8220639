using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text;

namespace QuantPS.Data;

/// <summary>The tokens that a language model knows, in the order of their ids. Immutable.</summary>
public sealed class TextVocabulary
{
    private static readonly string[] s_corpus = ["train.txt", "valid.txt", "test.txt"];

    private readonly FrozenDictionary<string, int> _ids;

    private TextVocabulary(TokenUnit unit, IEnumerable<string> tokens)
    {
        (Unit, Tokens) = (unit, [.. tokens]);
        _ids = Tokens.Select((token, id) => KeyValuePair.Create(token, id)).ToFrozenDictionary();
    }

    /// <summary>What a token is.</summary>
    public TokenUnit Unit { get; }

    /// <summary>The tokens by their ids.</summary>
    public ImmutableArray<string> Tokens { get; }

    /// <summary>Whether a path names a text, by its extension: .txt or .tokens.</summary>
    public static bool IsText(string path) => Path.GetExtension(path).ToLowerInvariant() is ".txt" or ".tokens";

    /// <summary>
    /// Reads a vocabulary. Of words: one file with a word a line, none twice, gives them in that order; texts give their words in the order in
    /// which they first stand there, with <c>&lt;eos&gt;</c> for the end of each line, as PyTorch's word_language_model numbers those of its
    /// train.txt, valid.txt and test.txt. Of characters: those of the texts, sorted by their code points.
    /// </summary>
    /// <param name="paths">The files; a folder stands for those of train.txt, valid.txt and test.txt that it holds.</param>
    /// <param name="unit">What a token is.</param>
    /// <exception cref="QuantPSException"><c>VocabularyUnreadable</c>: a file is not there or cannot be read, or holds no token.</exception>
    public static TextVocabulary Read(IReadOnlyList<string> paths, TokenUnit unit)
    {
        string[] files = [.. paths.SelectMany(path => FilesAt(path))];
        string current = "";
        try
        {
            if (unit == TokenUnit.Word && files is [string only] && ReadList(current = only) is { } listed) return new(unit, listed);
            var tokens = new OrderedDictionary<string, bool>();
            foreach (string file in files)
                foreach ((string token, _) in TextTokens.Read(current = file, unit)) tokens.TryAdd(token, true);
            if (tokens.Count == 0) throw Unreadable(string.Join(", ", files), "it is empty. Give the vocabulary or the text that the model was trained with.");
            return new(unit, unit == TokenUnit.Word ? tokens.Keys : tokens.Keys.OrderBy(token => Rune.GetRuneAt(token, 0).Value));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(current, e.Message, e);
        }
    }

    /// <summary>Reads the tokens of a text.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="first">The most tokens, from the first on; all when null.</param>
    /// <exception cref="QuantPSException">
    /// <c>DataNotFound</c>, <c>DataUnreadable</c>: the file is not there or cannot be read. <c>TokenUnknown</c>: a token is not in the
    /// vocabulary, which has no <c>&lt;unk&gt;</c> to stand for it.
    /// </exception>
    public TextData Encode(string path, int? first = null)
    {
        if (!File.Exists(path)) throw new QuantPSException("DataNotFound", $"There is no text file '{path}'. Check the path.", path);
        int unknown = _ids.GetValueOrDefault(TextTokens.Unknown, -1), unknownCount = 0;
        // A list of words may do without the ends of lines.
        bool skipsLineEnds = Unit == TokenUnit.Word && !_ids.ContainsKey(TextTokens.EndOfLine);
        var ids = ImmutableArray.CreateBuilder<int>();
        try
        {
            foreach ((string token, int line) in TextTokens.Read(path, Unit))
            {
                if (ids.Count == first) break;
                if (skipsLineEnds && token == TextTokens.EndOfLine) continue;
                if (!_ids.TryGetValue(token, out int id))
                {
                    id = unknown >= 0 ? unknown : throw new QuantPSException("TokenUnknown",
                        $"'{path}', line {line}: '{token}' is not in the vocabulary, which has no {TextTokens.Unknown} to stand for it. "
                        + "Give the vocabulary that the model was trained with.", path);
                    unknownCount++;
                }
                ids.Add(id);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantPSException("DataUnreadable", $"The text '{path}' cannot be read: {e.Message}", path, e);
        }
        return new(path, this, ids.ToImmutable(), unknownCount);
    }

    /// <summary>The texts of PyTorch's word_language_model that lie beside a file: train.txt and those of valid.txt and test.txt that are there; none without train.txt.</summary>
    /// <param name="path">The file.</param>
    public static ImmutableArray<string> CorpusBeside(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        return File.Exists(Path.Combine(folder, s_corpus[0])) ? CorpusIn(folder) : [];
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Tokens.Length:N0} {(Unit == TokenUnit.Word ? "words" : "characters")}";

    private static ImmutableArray<string> FilesAt(string path)
    {
        if (!Directory.Exists(path)) return [path];
        ImmutableArray<string> files = CorpusIn(path);
        return files.Length > 0 ? files : throw Unreadable(path, $"it is a folder without {string.Join(", ", s_corpus)}.");
    }

    private static ImmutableArray<string> CorpusIn(string folder) => [.. s_corpus.Select(name => Path.Combine(folder, name)).Where(File.Exists)];

    /// <summary>The lines of a file that is a list of words; null where it is a text.</summary>
    private static List<string>? ReadList(string path)
    {
        var words = new OrderedDictionary<string, bool>();
        foreach (string line in File.ReadLines(path))
            if (TextTokens.Split(line) is not [string word] || !words.TryAdd(word, true)) return null;
        return words.Count == 0 ? null : [.. words.Keys];
    }

    private static QuantPSException Unreadable(string path, string problem, Exception? inner = null) =>
        new("VocabularyUnreadable", $"The vocabulary '{path}' cannot be read: {problem}", path, inner);
}
