namespace QuantPS.Data;

/// <summary>What the tokens of a language model are.</summary>
public enum TokenUnit
{
    /// <summary>Words, which blanks separate, and <c>&lt;eos&gt;</c> at the end of each line.</summary>
    Word,

    /// <summary>Characters, line ends among them.</summary>
    Character,
}
