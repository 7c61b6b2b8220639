using System.Collections.Immutable;
using System.Diagnostics;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>Measures how long models take for one input on this machine.</summary>
public static class ModelLatency
{
    private const int WarmUpRuns = 3;
    private const double WarmUpShare = 0.2;

    /// <summary>Times runs of a model on one random input.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Input, threads, time and instruction set.</param>
    /// <param name="progress">Told the share of the time that is over, in percent.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">
    /// <c>InputShapeMismatch</c>: the model does not take inputs of that shape. <c>InstructionSetNotAvailable</c>: the machine lacks it.
    /// </exception>
    public static LatencyReport Measure(QuantModel model, LatencyOptions options, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        if (options.InstructionSet is { } set && !InstructionSets.Available.Contains(set))
            throw new QuantPSException("InstructionSetNotAvailable",
                $"This machine does not have {set}. It has: {string.Join(", ", InstructionSets.Available)}.", set);
        using CompiledGraph compiled = Compile(model, options);
        var input = new float[compiled.InputShape.ElementCount];
        var output = new float[compiled.OutputShape.ElementCount];
        var random = new SeededRandom(0);
        for (int i = 0; i < input.Length; i++) input[i] = (float)random.NextGaussian();

        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < WarmUpRuns || Stopwatch.GetElapsedTime(start) < options.Duration * WarmUpShare; run++)
            compiled.Run(input, 1, output, cancel: cancel);

        List<double> times = [];
        start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            compiled.Run(input, 1, output, cancel: cancel);
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            progress?.Report((int)Math.Min(100 * (Stopwatch.GetElapsedTime(start) / options.Duration), 100));
        }
        while (Stopwatch.GetElapsedTime(start) < options.Duration);
        times.Sort();
        return new LatencyReport(model.Name, model.Precision, Quantile(times, 0.5), Quantile(times, 0.9), times[0], times.Count,
            compiled.InputShape, compiled.InstructionSet, compiled.Threads, FloatSteps(compiled));
    }

    private static CompiledGraph Compile(QuantModel model, LatencyOptions options)
    {
        try
        {
            return CompiledGraph.Compile(model.Graph, new CompileOptions
            {
                InputShape = options.InputShape,
                Threads = options.Threads,
                InstructionSet = options.InstructionSet,
                Backend = model.Backend ?? QuantizationBackend.Fbgemm,
            });
        }
        catch (GraphException e) when (options.InputShape is { } shape)
        {
            throw new QuantPSException("InputShapeMismatch",
                $"'{model.Name}' does not take an input of {shape}; it was made for {model.Graph.Inputs[0].Shape}. {e.Message}", shape, e);
        }
    }

    private static double Quantile(List<double> sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1];

    // Steps that only change the layout do no node's work.
    private static ImmutableArray<string> FloatSteps(CompiledGraph compiled) =>
        [.. compiled.Steps.Where(step => step.Precision == "float32" && !step.Nodes.IsEmpty).Select(step => step.ToString())];
}
