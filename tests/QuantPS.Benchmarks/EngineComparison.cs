using System.Diagnostics;
using QuantPS.Benchmarks.Engines;
using QuantPS.Benchmarks.Measuring;
using QuantPS.Benchmarks.Models;
using QuantPS.Benchmarks.Reports;
using QuantPS.Engine.Execution;

namespace QuantPS.Benchmarks;

/// <summary>QuantPS side by side with ONNX Runtime and libtorch: whole networks and linear layers, in one process.</summary>
internal sealed class EngineComparison : IBenchmark
{
    private const string Case = "--case", Threads = "--threads", Engine = "--engine", RoundCount = "--rounds", BurstMs = "--burst", Out = "--out";
    private const string Rungs = "--rungs", OnlyAvx2 = "--avx2";

    public string Name => "engine";

    public string Description => """
        QuantPS, ONNX Runtime and libtorch, int8 and float, side by side in one process
                     --case mobilenet*,linear*   --threads 1,2   --engine *-int8   --rounds 7   --burst 120 (ms)   --out TestResults/engine.json
                     --rungs   QuantPS on each instruction set of this machine against the int8 peers
                     --avx2    QuantPS and libtorch restricted to AVX2, in a process of their own
        """;

    public int Run(string[] arguments)
    {
        var options = new CommandLine(arguments, Case, Threads, Engine, RoundCount, BurstMs, Out, Rungs, OnlyAvx2);
        if (options.Has(OnlyAvx2)) return RunRestricted(arguments);

        IReadOnlyList<EngineKind> kinds = options.Has(Rungs)
            ? [.. EngineKind.All.Where(kind => kind.IsInt8 && kind.IsPeer), .. InstructionSets.Available.Select(EngineKind.Rung)]
            : EngineKind.All;
        string[] names = options.Names(Engine, kinds.Select(kind => kind.Name));
        kinds = [.. kinds.Where(kind => names.Contains(kind.Name))];
        int rounds = options.Integer(RoundCount, 7);
        TimeSpan burst = TimeSpan.FromMilliseconds(options.Integer(BurstMs, 120));

        var report = new ComparisonReport(Machine.Here(), rounds, burst.TotalMilliseconds);
        foreach (string name in options.Names(Case, BenchmarkModels.All.Keys))
        {
            BenchmarkModel model = BenchmarkModels.All[name]();
            foreach (int threads in options.Integers(Threads, 1, 2))
            {
                Console.Error.WriteLine($"{name}, {threads} {(threads == 1 ? "thread" : "threads")}");
                report.Add(Rounds.Measure(model, kinds, threads, rounds, burst));
            }
        }
        Console.WriteLine(ComparisonTable.Of(report));
        JsonFile.Write(options.Text(Out) ?? JsonFile.Default(options.Has(Rungs) ? "engine-rungs" : "engine"), ComparisonJson.Of(report));
        return 0;
    }

    // The libraries read these variables as they start; ONNX Runtime has none.
    private int RunRestricted(string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!, [Name, .. arguments.Where(argument => argument != OnlyAvx2)])
        {
            Environment =
            {
                ["FBGEMM_ENABLE_INSTRUCTIONS"] = "AVX2",
                ["ONEDNN_MAX_CPU_ISA"] = "AVX2",
                [InstructionSets.EnvironmentVariable] = nameof(InstructionSet.Avx2),
            },
        };
        if (!arguments.Contains(Engine)) foreach (string argument in (string[])[Engine, "quantps-int8,libtorch-int8"]) start.ArgumentList.Add(argument);
        if (!arguments.Contains(Out)) foreach (string argument in (string[])[Out, JsonFile.Default("engine-avx2")]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        process.WaitForExit();
        return process.ExitCode;
    }
}
