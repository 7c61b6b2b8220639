using QuantPS.Benchmarks.Models;
using QuantPS.Benchmarks.Onnx;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Export;

namespace QuantPS.Benchmarks.Starting;

/// <summary>A network as a file, in the form that each engine reads.</summary>
internal static class StartedModel
{
    public static readonly long[] ImageShape = [1, 3, 224, 224];

    /// <summary>Writes the file of an engine, such as <c>ort-int8</c>.</summary>
    public static void Write(BenchmarkModel model, string engine, string file)
    {
        Graph graph = engine.EndsWith("-int8", StringComparison.Ordinal) ? model.Int8 : model.Float;
        switch (Family(engine))
        {
            case "quantps": StateDictWriter.Write(StateDictLayout.ToStateDict(graph), file); break;
            case "ort": File.WriteAllBytes(file, OnnxModel.Write(graph, model.Batch)); break;
            default:
                using (FileStream stream = File.Create(file)) TorchScriptFile.Write(graph, stream);
                break;
        }
    }

    /// <summary>The engine that reads such a file.</summary>
    public static IStartedEngine Engine(string engine, string network, int threads) => Family(engine) switch
    {
        "quantps" => new StartedQuantPS(network, threads),
        "ort" => new StartedOnnxRuntime(threads),
        _ => new StartedLibtorch(threads),
    };

    private static string Family(string engine) => engine[..engine.IndexOf('-')];
}
