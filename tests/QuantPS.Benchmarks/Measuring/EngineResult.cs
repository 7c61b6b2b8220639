namespace QuantPS.Benchmarks.Measuring;

/// <summary>What was measured of one engine in one case.</summary>
/// <param name="Engine">Its name.</param>
/// <param name="IsInt8">Whether it runs the int8 model.</param>
/// <param name="IsPeer">Whether it is what QuantPS is compared with.</param>
/// <param name="Agreement">How its output agrees with QuantPS's.</param>
/// <param name="Rounds">Its burst in each round.</param>
internal sealed record EngineResult(string Engine, bool IsInt8, bool IsPeer, Agreement Agreement, IReadOnlyList<Burst> Rounds)
{
    /// <summary>The shortest run of all, in milliseconds.</summary>
    public double MinimumMs => Rounds.Min(round => round.Minimum);

    /// <summary>The median of the rounds' medians, in milliseconds.</summary>
    public double MedianMs => Spread.Of(Rounds.Select(round => round.Median)).Median;
}
