using QuantPS.Benchmarks.Measuring;
using QuantPS.Benchmarks.Models;
using QuantPS.Benchmarks.Reports;

namespace QuantPS.Benchmarks;

/// <summary>Layer by layer: QuantPS's steps against the profile of ONNX Runtime.</summary>
internal sealed class LayerComparison : IBenchmark
{
    private const string Case = "--case", Threads = "--threads", InFloat = "--float", RoundCount = "--rounds", BurstMs = "--burst", Out = "--out";

    public string Name => "layers";

    public string Description => """
        each layer of MobileNet v2 and the ResNets against ONNX Runtime's profile
                     --case mobilenet*   --threads 1   --float   --rounds 7   --burst 120 (ms)   --out TestResults/layers.json
        """;

    public int Run(string[] arguments)
    {
        var options = new CommandLine(arguments, Case, Threads, InFloat, RoundCount, BurstMs, Out);
        TimeSpan burst = TimeSpan.FromMilliseconds(options.Integer(BurstMs, 120));
        var results = new List<LayerResult>();
        foreach (string name in options.Names(Case, BenchmarkModels.Networks))
        {
            BenchmarkModel model = BenchmarkModels.All[name]();
            foreach (int threads in options.Integers(Threads, 1))
            {
                results.Add(LayerTimes.Measure(model, isInt8: !options.Has(InFloat), threads, options.Integer(RoundCount, 7), burst));
                Console.WriteLine(LayerTable.Of(results[^1], InstructionLimit.Measure()));
            }
        }
        JsonFile.Write(options.Text(Out) ?? JsonFile.Default(Name), new { Machine = Machine.Here(), Cases = results });
        return 0;
    }
}
