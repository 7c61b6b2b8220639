using System.Globalization;

namespace QuantPS.Benchmarks.Starting;

/// <summary>What one process measured of itself: milliseconds since its parent started it, and the peak of its resident memory in MiB.</summary>
/// <param name="Main">When its own code began.</param>
/// <param name="Loaded">When the model was in memory.</param>
/// <param name="FirstResult">When the first result was there.</param>
/// <param name="EngineMs">From the engine's first call to the first result.</param>
/// <param name="BareMiB">The peak before the engine.</param>
/// <param name="FirstMiB">The peak after the first result.</param>
/// <param name="LastMiB">The peak after all runs.</param>
internal readonly record struct StartTimes(double Main, double Loaded, double FirstResult, double EngineMs, double BareMiB, double FirstMiB, double LastMiB)
{
    public double[] ToArray() => [Main, Loaded, FirstResult, EngineMs, BareMiB, FirstMiB, LastMiB];

    /// <summary>The numbers in order, with a blank between them.</summary>
    public override string ToString() => string.Join(' ', ToArray().Select(value => value.ToString("r", CultureInfo.InvariantCulture)));

    public static StartTimes Parse(string text) => Of([.. text.Split(' ').Select(part => double.Parse(part, CultureInfo.InvariantCulture))]);

    /// <summary>The median of each number.</summary>
    public static StartTimes Median(IReadOnlyList<StartTimes> all) =>
        Of([.. Enumerable.Range(0, all[0].ToArray().Length).Select(i => Measuring.Spread.Of(all.Select(times => times.ToArray()[i])).Median)]);

    private static StartTimes Of(double[] v) => new(v[0], v[1], v[2], v[3], v[4], v[5], v[6]);
}
