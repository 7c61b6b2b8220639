using Microsoft.ML.Tokenizers;
using QuantPS.Bridges;

namespace QuantPS.Text;

/// <summary>BERT's WordPiece by Microsoft.ML.Tokenizers.</summary>
internal sealed class WordPiece : ITokenizer
{
    private readonly BertTokenizer _tokenizer;

    public WordPiece(byte[] vocabulary, bool lowerCase)
    {
        using var lines = new MemoryStream(vocabulary);
        _tokenizer = BertTokenizer.Create(lines, new BertOptions { LowerCaseBeforeTokenization = lowerCase, RemoveNonSpacingMarks = lowerCase });
    }

    public IReadOnlyList<int> Encode(string text) => _tokenizer.EncodeToIds(text, addSpecialTokens: false);
}
