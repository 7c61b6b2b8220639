namespace QuantPS.Data;

/// <summary>A labelled text, or a labelled pair of texts.</summary>
/// <param name="Text">The text.</param>
/// <param name="Pair">The second text, or null.</param>
/// <param name="Label">The class, as the file spells it.</param>
/// <param name="Line">The line of the file that it begins at, from 1 on.</param>
public sealed record TextExample(string Text, string? Pair, string Label, int Line);
