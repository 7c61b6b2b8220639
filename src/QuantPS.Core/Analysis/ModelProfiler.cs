using System.Collections.Immutable;
using System.Diagnostics;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>Measures where the time and the size of a model go.</summary>
public static class ModelProfiler
{
    /// <summary>The layers of a model in the order in which they run, each with its time and size, and at the end the rest.</summary>
    /// <param name="model">The model.</param>
    /// <param name="duration">For how long it runs; three times at least.</param>
    /// <param name="threads">The number of threads.</param>
    /// <param name="progress">Told the share of the time that is over, in percent.</param>
    /// <param name="cancel">Stops it.</param>
    public static ImmutableArray<LayerProfile> Profile(QuantModel model, TimeSpan duration, int threads = 1, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ImmutableArray<LayerInfo> layers = model.Layers;
        string[] nodes = [.. GraphAnalysis.LayerNodes(model.Graph).Select(node => node.Name)];
        (IReadOnlyList<PlanStep> steps, double[] milliseconds) = Time(model, duration, threads, progress, cancel);

        var times = new double[layers.Length + 1];
        var kernels = new string?[layers.Length];
        for (int i = 0; i < steps.Count; i++)
        {
            int layer = LayerOf(steps[i], layers, nodes);
            times[layer < 0 ? layers.Length : layer] += milliseconds[i];
            if (layer >= 0) kernels[layer] = $"{steps[i].Kernel} {steps[i].Precision} {steps[i].InstructionSet}";
        }

        ModelSize size = ModelSize.Of(model);
        var bytes = new long[layers.Length + 1];
        foreach (ModuleSize module in size.Modules)
        {
            int layer = IndexOf(layers, module.Module);
            bytes[layer < 0 ? layers.Length : layer] += module.Bytes;
        }
        bytes[^1] += size.Bytes - bytes.Sum();

        string name = $"{model.Name} ({model.Precision})";
        double allTime = times.Sum();
        return [.. times.Select((time, i) => new LayerProfile(name, i < layers.Length ? layers[i] : null, i < layers.Length ? kernels[i] : null,
            time, allTime > 0 ? time / allTime : 0, bytes[i], (double)bytes[i] / size.Bytes))];
    }

    // A step may do the work of several layers: it counts for the first with weights, else for the first of them all.
    private static int LayerOf(PlanStep step, ImmutableArray<LayerInfo> layers, string[] nodes)
    {
        int[] done = [.. step.Nodes.Select(node => Array.IndexOf(nodes, node)).Where(layer => layer >= 0)];
        int first = done.FirstOrDefault(layer => layers[layer].ParameterCount > 0, done.FirstOrDefault(-1));
        // What dynamic quantization does to the input of a layer is in its module, and no layer of its own.
        return first >= 0 || step.Module.Length == 0 ? first : IndexOf(layers, step.Module);
    }

    private static int IndexOf(ImmutableArray<LayerInfo> layers, string module)
    {
        int exact = -1;
        for (int i = layers.Length - 1; i >= 0; i--)
            if (layers[i].Module == module && (exact < 0 || layers[i].ParameterCount > 0 || layers[exact].ParameterCount == 0)) exact = i;
        return exact;
    }

    private static (IReadOnlyList<PlanStep> Steps, double[] Milliseconds) Time(QuantModel model, TimeSpan duration, int threads, IProgress<int>? progress, CancellationToken cancel)
    {
        GraphInput? sequence = model.Graph.Inputs.FirstOrDefault(input => input.IsSequence);
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph, new CompileOptions
        {
            Threads = threads, Backend = model.Backend ?? QuantizationBackend.Fbgemm, MaxLength = sequence is null ? null : SequenceLatency.UsualLengthOf(sequence),
        });
        using RunBuffers buffers = compiled.CreateBuffers();
        SequenceLatency.FillInputs(model.Graph, compiled, buffers);
        List<long[]> runs = [];
        ModelLatency.Time(() =>
        {
            var ticks = new long[compiled.Steps.Count];
            compiled.Profile(buffers, 1, compiled.MaxLength, ticks, cancel);
            runs.Add(ticks);
        }, duration, progress, cancel);
        return (compiled.Steps, [.. Enumerable.Range(0, compiled.Steps.Count).Select(step => Median(runs, step) * 1000.0 / Stopwatch.Frequency)]);
    }

    private static double Median(List<long[]> runs, int step)
    {
        long[] ticks = [.. runs.Select(run => run[step])];
        Array.Sort(ticks);
        return ticks[ticks.Length / 2];
    }
}
