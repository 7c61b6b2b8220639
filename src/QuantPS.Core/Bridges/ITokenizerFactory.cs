namespace QuantPS.Bridges;

/// <summary>Makes tokenizers. The bridge <c>Text</c> implements it.</summary>
public interface ITokenizerFactory
{
    /// <summary>A tokenizer for BERT's WordPiece.</summary>
    /// <param name="vocabulary">The tokens in UTF-8, a line each; the number of a line, from 0 on, is the id of its token.</param>
    /// <param name="lowerCase">Whether letters are made small and lose their accents first.</param>
    ITokenizer Create(byte[] vocabulary, bool lowerCase);
}
