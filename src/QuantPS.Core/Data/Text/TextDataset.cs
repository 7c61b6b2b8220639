using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>Labelled texts of a file: a line of column names, then a text a row, with commas (.csv) or tabs (.tsv).</summary>
public sealed class TextDataset
{
    private static readonly string[] s_text = ["text", "sentence", "sentence1", "premise", "question"];
    private static readonly string[] s_pair = ["text_pair", "sentence2", "hypothesis", "answer"];
    private static readonly string[] s_label = ["label", "class"];

    private TextDataset(string path, ImmutableArray<TextExample> examples) => (Path, Examples) = (path, examples);

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The name of the file.</summary>
    public string Name => PlainText.Of(System.IO.Path.GetFileName(Path));

    /// <summary>The texts, in the order of the file.</summary>
    public ImmutableArray<TextExample> Examples { get; }

    /// <summary>The first of these texts, at most so many.</summary>
    public TextDataset Take(int count) => new(Path, [.. Examples.Take(count)]);

    /// <summary>Whether a path names such a file, by its extension.</summary>
    public static bool IsPath(string path) => System.IO.Path.GetExtension(path).ToLowerInvariant() is ".csv" or ".tsv";

    /// <summary>
    /// Reads a file. Its columns are named, in any case: <c>text</c> (or <c>sentence</c>, <c>sentence1</c>, <c>premise</c>, <c>question</c>),
    /// <c>label</c> (or <c>class</c>) and, for pairs, <c>text_pair</c> (or <c>sentence2</c>, <c>hypothesis</c>, <c>answer</c>).
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QuantPSException"><c>DataUnreadable</c>: it is not there, lacks a column, or a row is short of fields.</exception>
    public static TextDataset Read(string path)
    {
        try
        {
            using var reader = new StreamReader(path);
            char delimiter = System.IO.Path.GetExtension(path).Equals(".tsv", StringComparison.OrdinalIgnoreCase) ? '\t' : ',';
            var examples = ImmutableArray.CreateBuilder<TextExample>();
            (int Text, int Pair, int Label)? columns = null;
            foreach ((int line, List<string> fields) in DelimitedText.Read(reader, delimiter))
            {
                if (columns is not { } known)
                {
                    columns = (Column(fields, s_text), Column(fields, s_pair), Column(fields, s_label));
                    if (columns is { Text: < 0 } or { Label: < 0 })
                        throw Unreadable(path, $"its first line names the columns {string.Join(", ", fields.Take(10))}, and should name 'text' and 'label'.");
                    continue;
                }
                if (fields.Count <= Math.Max(known.Text, Math.Max(known.Pair, known.Label)))
                    throw Unreadable(path, $"line {line} has {fields.Count} fields, fewer than the columns that the first line names.");
                examples.Add(new(fields[known.Text], known.Pair < 0 ? null : fields[known.Pair], fields[known.Label], line));
            }
            return examples.Count > 0 ? new TextDataset(path, examples.ToImmutable()) : throw Unreadable(path, "it has no texts.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            throw Unreadable(path, e.Message, e);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Examples.Length} texts";

    private static int Column(List<string> names, string[] known) =>
        known.Select(name => names.FindIndex(column => column.Trim().Equals(name, StringComparison.OrdinalIgnoreCase))).FirstOrDefault(index => index >= 0, -1);

    private static QuantPSException Unreadable(string path, string problem, Exception? inner = null) =>
        new("DataUnreadable", $"'{path}' cannot be read: {problem}", path, inner);
}
