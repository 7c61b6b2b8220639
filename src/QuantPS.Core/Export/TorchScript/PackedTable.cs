namespace QuantPS.Export;

/// <summary>An attribute that holds a table of codes.</summary>
/// <param name="Attribute">How the program names it.</param>
/// <param name="Bits">How operators on it end: <c>byte</c> or <c>4bit</c>.</param>
internal readonly record struct PackedTable(string Attribute, string Bits);
