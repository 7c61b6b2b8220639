using System.Diagnostics;
using System.Globalization;
using QuantPS.Benchmarks.Models;
using QuantPS.Benchmarks.Reports;
using QuantPS.Benchmarks.Starting;

namespace QuantPS.Benchmarks;

/// <summary>Start, first result and peak memory of each engine, in a process of its own.</summary>
internal sealed class StartTime : IBenchmark
{
    private const string Case = "--case", Threads = "--threads", Engine = "--engine", RoundCount = "--rounds", Out = "--out";

    private static readonly string[] s_engines = ["quantps-int8", "quantps-float", "ort-int8", "ort-float", "libtorch-int8", "libtorch-float"];

    public string Name => "start";

    public string Description => """
        time from the start of a process to its first result, and its peak memory, with each engine
                     --case mobilenet*   --threads 1   --engine *-int8   --rounds 7   --out TestResults/start.json
                     to measure code compiled ahead of time, publish this project with -p:PublishReadyToRun=true and run what is published
        """;

    public int Run(string[] arguments)
    {
        var options = new CommandLine(arguments, Case, Threads, Engine, RoundCount, Out);
        string[] engines = options.Names(Engine, s_engines);
        string folder = Directory.CreateTempSubdirectory("quantps-start-").FullName;
        try
        {
            var results = new List<StartResult>();
            foreach (string name in options.Names(Case, BenchmarkModels.Networks))
            {
                BenchmarkModel model = BenchmarkModels.All[name]();
                foreach (string engine in engines) StartedModel.Write(model, engine, Path.Combine(folder, $"{name}-{engine}"));
                foreach (int threads in options.Integers(Threads, 1))
                {
                    // One round more, that is thrown away: it brings the files into memory.
                    List<StartTimes>[] times = [.. engines.Select(_ => new List<StartTimes>())];
                    for (int round = 0; round <= options.Integer(RoundCount, 7); round++)
                        for (int i = 0; i < engines.Length; i++)
                            times[i].Add(Start(engines[i], name, Path.Combine(folder, $"{name}-{engines[i]}"), threads));
                    results.AddRange(engines.Select((engine, i) => new StartResult(name, engine, threads, StartTimes.Median(times[i][1..]))));
                }
            }
            Console.WriteLine(StartTable.Of(results));
            JsonFile.Write(options.Text(Out) ?? JsonFile.Default(Name), new { Machine = Machine.Here(), Starts = results });
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static StartTimes Start(string engine, string network, string file, int threads)
    {
        var start = new ProcessStartInfo(Environment.ProcessPath!) { RedirectStandardOutput = true };
        string now = Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture);
        foreach (string argument in (string[])[StartChild.Name, now, engine, network, file, $"{threads}"]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? StartTimes.Parse(output) : throw new InvalidDataException($"{engine} ended with {process.ExitCode}: {output}");
    }
}
