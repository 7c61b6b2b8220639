using System.Globalization;
using System.Text;
using QuantPS.Benchmarks.Measuring;

namespace QuantPS.Benchmarks.Reports;

/// <summary>The comparison as a table for people, and what its numbers mean.</summary>
internal static class ComparisonTable
{
    public static string Of(ComparisonReport report)
    {
        ComparisonColumn[] columns = [.. ComparisonColumn.Of(report)];
        var table = new TextTable([.. columns.Select(column => column.Heading)]);
        foreach (CaseResult result in report.Cases) table.Add([.. columns.Select(column => column.Cell(result))]);
        return $"""
            {report.Machine.Processor}, {report.Machine.Cores} processors; {report.Machine.Runtime}, {report.Machine.System}
            QuantPS runs {report.Machine.InstructionSet}; there are: {string.Join(", ", report.Machine.InstructionSets)}.
            {Limit(report.LimitMacsPerSecond)}

            {table}
            Milliseconds a run: the shortest, and in brackets the median of {report.Rounds} rounds of {report.BurstMs:f0} ms, in which engines take turns.
            {string.Join('\n', columns.Select(column => column.Note).Where(note => note.Length > 0).Distinct())}

            {Agreements(report)}
            """;
    }

    private static string Limit(double? macsPerSecond) => macsPerSecond is { } limit
        ? FormattableString.Invariant($"Instruction limit of a core, measured with vpdpbusd on 512 bits: {limit / 1e9:f0} GMAC/s.")
        : "There is no vpdpbusd on 512 bits here, so no instruction limit was measured.";

    private static string Agreements(ComparisonReport report)
    {
        var text = new StringBuilder("Outputs against QuantPS's on one thread: the cosine, and the largest difference in units of the largest element.\n");
        foreach (IGrouping<string, CaseResult> results in report.Cases.GroupBy(result => result.Case))
            text.AppendLine($"  {results.Key}: {string.Join("; ", results.SelectMany(result => result.Engines).GroupBy(engine => engine.Engine).Select(Worst))}");
        return text.ToString().TrimEnd();
    }

    private static string Worst(IGrouping<string, EngineResult> engine) => FormattableString.Invariant(
        $"{engine.Key} {engine.Min(result => result.Agreement.Cosine):f6} {engine.Max(result => result.Agreement.LargestError):g2}");
}
