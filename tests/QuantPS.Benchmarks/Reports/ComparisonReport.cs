using QuantPS.Benchmarks.Measuring;

namespace QuantPS.Benchmarks.Reports;

/// <summary>A run of the comparison.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Rounds">The number of rounds.</param>
/// <param name="BurstMs">How long each engine ran in a round, in milliseconds.</param>
internal sealed record ComparisonReport(Machine Machine, int Rounds, double BurstMs)
{
    /// <summary>The results.</summary>
    public List<CaseResult> Cases { get; } = [];

    /// <summary>
    /// The multiply-adds a second of <c>vpdpbusd</c> on a core: the largest of what was measured between the cases; null without that instruction.
    /// </summary>
    public double? LimitMacsPerSecond { get; private set; }

    /// <summary>Adds a result, and measures the instruction limit once more.</summary>
    public void Add(CaseResult result)
    {
        Cases.Add(result);
        if (InstructionLimit.Measure() is { } limit) LimitMacsPerSecond = Math.Max(limit, LimitMacsPerSecond ?? 0);
    }

    /// <summary>The share of what the instructions could do that a time uses; null where the limit is not known.</summary>
    public double? ShareOfLimit(CaseResult result, EngineResult engine) =>
        LimitMacsPerSecond is { } limit ? result.Macs / (limit * result.Threads) / (engine.MinimumMs / 1000) : null;
}
