using System.Globalization;
using System.Text;
using QuantPS.Benchmarks.Measuring;

namespace QuantPS.Benchmarks.Reports;

/// <summary>The comparison as a table for people, and what its numbers mean.</summary>
internal static class ComparisonTable
{
    public static string Of(ComparisonReport report)
    {
        string[] engines = [.. report.Cases[0].Engines.Select(engine => engine.Engine)];
        EngineResult[] ours = [.. report.Cases[0].Engines.Where(engine => engine.IsInt8 && !engine.IsPeer)];
        var table = new TextTable(["case ", "threads", "MMACs", .. engines, .. ours.SelectMany(Ratios), "others"]);
        foreach (CaseResult result in report.Cases)
            table.Add([result.Case, $"{result.Threads}", Text(result.Macs / 1e6, "f1"), .. result.Engines.Select(Times),
                .. ours.Select(our => result.Engines.First(engine => engine.Engine == our.Engine)).SelectMany(engine => Values(report, result, engine)), Percent(result.OtherLoad)]);
        return $"""
            {report.Machine.Processor}, {report.Machine.Cores} processors; {report.Machine.Runtime}, {report.Machine.System}
            QuantPS runs {report.Machine.InstructionSet}; there are: {string.Join(", ", report.Machine.InstructionSets)}.
            {Limit(report.LimitMacsPerSecond)}

            {table}
            Milliseconds a run: the shortest, and in brackets the median of {report.Rounds} rounds of {report.BurstMs:f0} ms, in which engines take turns.
            'x peer' is the speed against the fastest int8 peer: the median over the rounds of the ratio of the shortest times, and its range.
            'x libtorch float' is the same against libtorch in float. 'of limit' is the share of the instruction limit, by the shortest time.
            'others' is what other programs took of the processors meanwhile; above some percent, measure again.

            {Agreements(report)}
            """;

        IEnumerable<string> Ratios(EngineResult engine) => ours.Length == 1
            ? ["x peer", "x libtorch float", "of limit"]
            : [$"{engine.Engine.Split('@')[^1]} x peer"];

        IEnumerable<string> Values(ComparisonReport report, CaseResult result, EngineResult engine) => ours.Length == 1
            ? [Ratio(result.AgainstPeers(engine)), Ratio(result.AgainstLibtorchFloat(engine)), Percent(report.ShareOfLimit(result, engine))]
            : [Ratio(result.AgainstPeers(engine))];
    }

    private static string Limit(double? macsPerSecond) => macsPerSecond is { } limit
        ? FormattableString.Invariant($"Instruction limit of a core, measured with vpdpbusd on 512 bits: {limit / 1e9:f0} GMAC/s.")
        : "There is no vpdpbusd on 512 bits here, so no instruction limit was measured.";

    private static string Times(EngineResult engine) => $"{Time(engine.MinimumMs)} ({Time(engine.MedianMs)})";

    private static string Time(double milliseconds) => Text(milliseconds, milliseconds < 1 ? "f4" : milliseconds < 10 ? "f2" : "f1");

    private static string Ratio(Spread? ratio) => ratio is { } spread
        ? FormattableString.Invariant($"{spread.Median:f2} ({spread.Minimum:f2}..{spread.Maximum:f2})")
        : "-";

    private static string Agreements(ComparisonReport report)
    {
        var text = new StringBuilder("Outputs against QuantPS's on one thread, cosine and largest error of the largest element:\n");
        foreach (CaseResult result in report.Cases)
            text.AppendLine(CultureInfo.InvariantCulture, $"  {result.Case}, {result.Threads}: {string.Join("; ", result.Engines.Select(Agreement))}");
        return text.ToString();
    }

    private static string Agreement(EngineResult engine) =>
        FormattableString.Invariant($"{engine.Engine} {engine.Agreement.Cosine:f6} {engine.Agreement.LargestError:g2}");

    private static string Percent(double? share) => share is { } value ? Text(100 * value, "f0") + " %" : "-";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
