using System.Collections.Immutable;
using System.Text;
using QuantPS.Bridges;

namespace QuantPS.Data;

/// <summary>Makes the tokens of texts and pairs of texts, as BERT was trained with them.</summary>
public sealed class TextEncoder
{
    private readonly ITokenizer _tokenizer;
    private readonly int _class, _separator, _maxLength;

    /// <summary>Loads the tokenizer.</summary>
    /// <param name="preprocessing">The vocabulary, and how it is used.</param>
    /// <param name="maxLength">The most tokens of an input, where it is less than the network takes.</param>
    /// <exception cref="QuantPSException"><c>BridgeNotFound</c>, <c>BridgeUnavailable</c>: the tokenizer is not there.</exception>
    public TextEncoder(TextPreprocessing preprocessing, int? maxLength = null)
    {
        _maxLength = Math.Min(maxLength ?? int.MaxValue, preprocessing.MaxLength);
        byte[] lines = Encoding.UTF8.GetBytes(string.Join('\n', preprocessing.Vocabulary));
        _tokenizer = Bridge.Load<ITokenizerFactory>("Text").Create(lines, preprocessing.LowerCase);
        (_class, _separator) = (preprocessing.Vocabulary.IndexOf(TextPreprocessing.Special.Class), preprocessing.Vocabulary.IndexOf(TextPreprocessing.Special.Separator));
        Padding = preprocessing.Vocabulary.IndexOf(TextPreprocessing.Special.Padding);
    }

    /// <summary>The id that fills up shorter texts of a batch.</summary>
    public int Padding { get; }

    /// <summary>The tokens of a text or a pair. What is too long loses tokens at its end, the longer text of a pair first (<c>longest_first</c>).</summary>
    /// <param name="text">The text.</param>
    /// <param name="pair">The second text, or null.</param>
    public TokenSequence Encode(string text, string? pair = null)
    {
        IReadOnlyList<int> first = _tokenizer.Encode(text), second = pair is null ? [] : _tokenizer.Encode(pair);
        int room = Math.Max(0, _maxLength - (pair is null ? 2 : 3)), firstCount = first.Count, secondCount = second.Count;
        while (firstCount + secondCount > room)
            if (firstCount > secondCount) firstCount--;
            else secondCount--;
        ImmutableArray<int> head = [_class, .. first.Take(firstCount), _separator];
        if (pair is null) return new TokenSequence(head, [.. Enumerable.Repeat(0, head.Length)]);
        ImmutableArray<int> tail = [.. second.Take(secondCount), _separator];
        return new TokenSequence([.. head, .. tail], [.. Enumerable.Repeat(0, head.Length), .. Enumerable.Repeat(1, tail.Length)]);
    }
}
