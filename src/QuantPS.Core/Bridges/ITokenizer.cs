namespace QuantPS.Bridges;

/// <summary>Cuts text into the tokens of a vocabulary. It may be used from several threads at once.</summary>
public interface ITokenizer
{
    /// <summary>The ids of the tokens of a text, without those that mean no text.</summary>
    IReadOnlyList<int> Encode(string text);
}
