using System.Diagnostics;
using QuantPS.Benchmarks.Engines;
using QuantPS.Benchmarks.Models;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Benchmarks.Measuring;

/// <summary>Times each step of QuantPS and each node of ONNX Runtime, in turns.</summary>
/// <remarks>A step's time is the mean of the faster half of its runs: ONNX Runtime tells whole microseconds, too coarse for a minimum.</remarks>
internal static class LayerTimes
{
    private const double WarmUpShare = 0.25;

    public static LayerResult Measure(BenchmarkModel model, bool isInt8, int threads, int rounds, TimeSpan burst)
    {
        Graph graph = isInt8 ? model.Int8 : model.Float;
        using var ours = new QuantPSEngine(model, graph, threads);
        string folder = Directory.CreateTempSubdirectory("quantps-profile-").FullName;
        try
        {
            using var peer = new OnnxRuntimeEngine(model, graph, threads, Path.Combine(folder, "profile"));
            List<double>[] times = [.. ours.Compiled.Steps.Select(_ => new List<double>())];
            var ticks = new long[times.Length];
            for (int round = 0; round < rounds; round++)
            {
                for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < burst * WarmUpShare;) ours.Run();
                for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < burst;)
                {
                    ours.Profile(ticks);
                    for (int step = 0; step < ticks.Length; step++) times[step].Add(ticks[step] * 1e6 / Stopwatch.Frequency);
                }
                for (long start = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(start) < burst;) peer.Run();
            }
            List<LayerTime> layers = Join(model, graph, ours.Compiled, [.. times.Select(MeanOfFasterHalf)], peer.EndProfile());
            using var unprofiled = new OnnxRuntimeEngine(model, graph, threads);
            return new LayerResult(model.Name, isInt8 ? "int8" : "float", threads, Burst.Measure(ours, burst * rounds), Burst.Measure(unprofiled, burst * rounds), layers);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<LayerTime> Join(BenchmarkModel model, Graph graph, CompiledGraph compiled, double[] times, string profile)
    {
        IReadOnlyList<OnnxNodeTimes> nodes = OnnxProfile.Read(profile);
        IReadOnlyDictionary<string, long> macs = MultiplyAdds.ByNode(graph, model.Batch);
        var layers = new List<LayerTime>();
        foreach ((PlanStep step, double time) in compiled.Steps.Zip(times))
        {
            OnnxNodeTimes[] same = [.. nodes.Where(node => step.Nodes.Contains(node.Name))];
            layers.Add(new LayerTime(step.Value, $"{step.Kernel} {step.InstructionSet.ToString().ToLowerInvariant()} {step.Shape}",
                step.Nodes.Sum(node => macs.GetValueOrDefault(node)), time,
                string.Join(" + ", same.Select(node => node.Operator)), same.Length == 0 ? null : same.Sum(node => MeanOfFasterHalf(node.Microseconds))));
        }
        foreach (OnnxNodeTimes node in nodes)
            if (!compiled.Steps.Any(step => step.Nodes.Contains(node.Name)))
                layers.Add(new LayerTime(node.Name, "", 0, null, node.Operator, MeanOfFasterHalf(node.Microseconds)));
        return layers;
    }

    private static double MeanOfFasterHalf(IReadOnlyCollection<double> times) => times.Order().Take((times.Count + 1) / 2).Average();
}
