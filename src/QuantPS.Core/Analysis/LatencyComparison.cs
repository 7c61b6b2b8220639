namespace QuantPS.Analysis;

/// <summary>How the time of a model's run compares with that of another, from rounds in which both ran in turns.</summary>
/// <param name="ReferenceMs">The median time of a run of the reference, in milliseconds.</param>
/// <param name="Ms">The median time of a run of the candidate, in milliseconds.</param>
/// <param name="Ratio">The median over the rounds of the candidate's time by the reference's: below 1 the candidate is the faster.</param>
/// <param name="Interval">The range that the true median of that ratio lies in, and how sure that is.</param>
/// <param name="Rounds">The number of rounds.</param>
/// <param name="Runs">The number of timed runs of each model.</param>
/// <param name="Threads">The number of threads.</param>
public sealed record LatencyComparison(
    double ReferenceMs, double Ms, double Ratio, ConfidenceInterval Interval, int Rounds, int Runs, int Threads)
{
    /// <summary>The ratio with its range, as in <c>0.21 (0.20 to 0.23, 96 % sure, 15 rounds)</c>.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"{Ratio:0.00} ({Interval.Lower:0.00} to {Interval.Upper:0.00}, {Math.Floor(100 * Interval.Confidence):0} % sure, {Rounds} rounds)");
}
