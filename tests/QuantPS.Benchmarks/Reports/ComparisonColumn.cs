using System.Globalization;
using QuantPS.Benchmarks.Measuring;

namespace QuantPS.Benchmarks.Reports;

/// <summary>A column of the comparison's table.</summary>
/// <param name="Heading">The heading.</param>
/// <param name="Cell">What it says of a case.</param>
/// <param name="Note">What it means, for below the table; empty where the heading says it.</param>
internal sealed record ComparisonColumn(string Heading, Func<CaseResult, string> Cell, string Note = "")
{
    /// <summary>The columns that the engines of a report give: ratios are of QuantPS in int8, of one or of several rungs.</summary>
    public static IEnumerable<ComparisonColumn> Of(ComparisonReport report)
    {
        IReadOnlyList<EngineResult> engines = report.Cases[0].Engines;
        string[] ours = [.. engines.Where(engine => engine.IsInt8 && !engine.IsPeer).Select(engine => engine.Engine)];
        yield return new("case ", result => result.Case);
        yield return new("threads", result => $"{result.Threads}");
        yield return new("MMACs", result => Number(result.Macs / 1e6, "f1"));
        foreach (EngineResult engine in engines)
            yield return new(engine.Engine, result => $"{Time(result[engine.Engine].MinimumMs)} ({Time(result[engine.Engine].MedianMs)})");
        foreach (string our in ours)
        {
            if (engines.Any(engine => engine.IsPeer && engine.IsInt8))
                yield return new($"{Rung(our)}x peer", result => Ratio(result.AgainstPeers(result[our])),
                    "'x peer' is the speed against the fastest int8 peer: the median over the rounds of the ratio of the shortest times, and its range.");
            if (engines.Any(engine => engine.Engine == CaseResult.LibtorchFloat))
                yield return new($"{Rung(our)}x libtorch float", result => Ratio(result.AgainstLibtorchFloat(result[our])),
                    "'x libtorch float' is the same against libtorch in float.");
            if (report.LimitMacsPerSecond is not null)
                yield return new($"{Rung(our)}of limit", result => Percent(report.ShareOfLimit(result, result[our])),
                    "'of limit' is the share of the instruction limit, by the shortest time.");
        }
        yield return new("others", result => Percent(result.OtherLoad),
            "'others' is what other programs took of the processors meanwhile: rounds with over 5 % are repeated, as many as there are rounds; times with more say little.");
    }

    private static string Rung(string engine) => engine.IndexOf('@') is > 0 and var at ? $"{engine[(at + 1)..]} " : "";

    private static string Time(double milliseconds) => Number(milliseconds, milliseconds < 1 ? "f4" : milliseconds < 10 ? "f2" : "f1");

    private static string Ratio(Spread? ratio) => ratio is { } spread
        ? FormattableString.Invariant($"{spread.Median:f2} ({spread.Minimum:f2}..{spread.Maximum:f2})")
        : "-";

    private static string Percent(double? share) => share is { } value ? Number(100 * value, "f0") + " %" : "-";

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
