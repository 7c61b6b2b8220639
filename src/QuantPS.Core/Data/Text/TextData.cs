using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>The tokens of a text.</summary>
/// <param name="Path">The file.</param>
/// <param name="Vocabulary">The vocabulary whose ids they are.</param>
/// <param name="Ids">The ids, in the order of the text.</param>
/// <param name="UnknownCount">How many words the vocabulary does not know: <c>&lt;unk&gt;</c> stands for them.</param>
public sealed record TextData(string Path, TextVocabulary Vocabulary, ImmutableArray<int> Ids, int UnknownCount)
{
    /// <summary>The name of the file.</summary>
    public string Name => PlainText.Of(System.IO.Path.GetFileName(Path));

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Ids.Length:N0} tokens";
}
