using System.Diagnostics;
using QuantPS.Benchmarks.Engines;

namespace QuantPS.Benchmarks.Measuring;

/// <summary>The times of the runs of one engine in one round, in milliseconds.</summary>
/// <param name="Minimum">The shortest.</param>
/// <param name="Median">The median.</param>
/// <param name="Runs">How many there were.</param>
internal readonly record struct Burst(double Minimum, double Median, int Runs)
{
    private const double WarmUpShare = 0.25;

    /// <summary>Runs an engine for some time, after a part of that time in which it gets warm and other engines' threads come to rest.</summary>
    public static Burst Measure(IEngine engine, TimeSpan duration)
    {
        long start = Stopwatch.GetTimestamp();
        do
        {
            engine.Run();
            // A run that takes all the time there is needs no second one.
            if (Stopwatch.GetElapsedTime(start) is var once && once > duration) return new Burst(once.TotalMilliseconds, once.TotalMilliseconds, 1);
        }
        while (Stopwatch.GetElapsedTime(start) < duration * WarmUpShare);

        var ticks = new List<long>(1 << 14);
        start = Stopwatch.GetTimestamp();
        long before = start;
        do
        {
            engine.Run();
            long after = Stopwatch.GetTimestamp();
            ticks.Add(after - before);
            before = after;
        }
        while (Stopwatch.GetElapsedTime(start, before) < duration);
        ticks.Sort();
        return new Burst(Milliseconds(ticks[0]), Milliseconds(ticks[ticks.Count / 2]), ticks.Count);
    }

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
