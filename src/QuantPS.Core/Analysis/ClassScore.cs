namespace QuantPS.Analysis;

/// <summary>A class and how sure a model is of it.</summary>
/// <param name="Label">The name of the class; its index where names are not known.</param>
/// <param name="Score">The probability that the model gives it, from 0 to 1.</param>
public sealed record ClassScore(string Label, double Score)
{
    /// <inheritdoc/>
    public override string ToString() => FormattableString.Invariant($"{Label} {Score:0.000}");
}
