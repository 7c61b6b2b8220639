using QuantPS.Bridges;

namespace QuantPS.Text;

/// <summary>Makes the tokenizers of BERT.</summary>
public sealed class WordPieceFactory : ITokenizerFactory
{
    /// <inheritdoc/>
    public ITokenizer Create(byte[] vocabulary, bool lowerCase) => new WordPiece(vocabulary, lowerCase);
}
