using System.Globalization;
using QuantPS.Benchmarks.Starting;

namespace QuantPS.Benchmarks.Reports;

/// <summary>Starts as a table for people.</summary>
internal static class StartTable
{
    public static string Of(IReadOnlyList<StartResult> results)
    {
        var table = new TextTable("case ", "engine ", "threads", "main", "model loaded", "first result", "engine, ms", "bare, MiB", "first result, MiB", "50 runs, MiB");
        foreach (StartResult result in results)
            table.Add([result.Case, result.Engine, $"{result.Threads}", .. result.Times.ToArray().Select(value => value.ToString("f0", CultureInfo.InvariantCulture))]);
        return $"""
            {table}
            A process of its own for each engine; medians. Milliseconds from the parent's call to the process's own code, to the model in memory, to the
            first result. 'engine' is from the engine's first call to the first result; QuantPS has the model in memory then, the others read its file.
            Peak resident memory: before the engine, after the first result, after 50 runs.
            """;
    }
}
