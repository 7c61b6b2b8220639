using System.Collections.Immutable;
using System.Diagnostics;
using QuantPS.Bridges;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;

namespace QuantPS.Analysis;

/// <summary>Measures how long models take for one input on this machine.</summary>
public static class ModelLatency
{
    private const int WarmUpRuns = 3;
    private const double WarmUpShare = 0.2;

    /// <summary>Times runs of a model on one random input.</summary>
    /// <param name="model">The model.</param>
    /// <param name="options">Engine, input, threads, time and instruction set.</param>
    /// <param name="progress">Told the share of the time that is over, in percent.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">
    /// <c>InputShapeMismatch</c>: the model does not take inputs of that shape. <c>InstructionSetNotAvailable</c>: the machine lacks it.
    /// <c>ModelAlreadyQuantized</c>, <c>BridgeNotFound</c>, <c>BridgeUnavailable</c>, <c>TorchUnavailable</c>: libtorch cannot run it.
    /// </exception>
    public static LatencyReport Measure(QuantModel model, LatencyOptions options, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        if (options.InstructionSet is { } set && !InstructionSets.Available.Contains(set))
            throw new QuantPSException("InstructionSetNotAvailable",
                $"This machine does not have {set}. It has: {string.Join(", ", InstructionSets.Available)}.", set);
        return options.Engine == LatencyEngine.Libtorch ? MeasureLibtorch(model, options, progress, cancel) : MeasureOwn(model, options, progress, cancel);
    }

    private static LatencyReport MeasureOwn(QuantModel model, LatencyOptions options, IProgress<int>? progress, CancellationToken cancel)
    {
        if (model.Graph.Inputs.Any(input => input.IsSequence)) return SequenceLatency.Measure(model, options, progress, cancel);
        RequireNoLength(model, options);
        using CompiledGraph compiled = Compile(model, options);
        float[] input = RandomInput(compiled.InputShape);
        var output = new float[compiled.OutputShape.ElementCount];
        List<double> times = Time(() => compiled.Run(input, 1, output, cancel: cancel), options.Duration, progress, cancel);
        return Report(model, options, times, compiled.InputShape, compiled.InstructionSet, FloatSteps(compiled));
    }

    private static LatencyReport MeasureLibtorch(QuantModel model, LatencyOptions options, IProgress<int>? progress, CancellationToken cancel)
    {
        model.RequireFloat();
        RequireNoLength(model, options);
        if (model.Graph.Inputs is not [{ Element: ElementType.Float32 }])
            throw new QuantPSException("EngineNotSuitable", $"'{model.Name}' takes tokens, and the comparison with libtorch runs networks for images alone. Leave out -Engine.", model.Name);
        Shape shape = options.InputShape ?? model.Graph.Inputs[0].Shape;
        Graph graph = StaticQuantizer.Prepare(model.Graph, new PlanOptions());
        graph = WithInput(model, graph, shape);
        using IReferenceRun run = Bridge.Load<IReferenceEngine>("Torch").Load(graph, options.Threads);
        float[] input = RandomInput(shape);
        var output = new float[graph.InferTypes(1)[graph.Output].Shape.ElementCount];
        List<double> times = Time(() => run.Run(input, output), options.Duration, progress, cancel);
        return Report(model, options, times, shape, instructionSet: null, floatSteps: []);
    }

    /// <summary>The times of the runs in milliseconds, shortest first.</summary>
    internal static List<double> Time(Action run, TimeSpan duration, IProgress<int>? progress, CancellationToken cancel)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < WarmUpRuns || Stopwatch.GetElapsedTime(start) < duration * WarmUpShare; i++) Once();

        List<double> times = [];
        start = Stopwatch.GetTimestamp();
        do
        {
            long before = Stopwatch.GetTimestamp();
            Once();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            progress?.Report((int)Math.Min(100 * (Stopwatch.GetElapsedTime(start) / duration), 100));
        }
        while (Stopwatch.GetElapsedTime(start) < duration);
        times.Sort();
        return times;

        void Once()
        {
            cancel.ThrowIfCancellationRequested();
            run();
        }
    }

    private static void RequireNoLength(QuantModel model, LatencyOptions options)
    {
        if (options.SequenceLength is { } length)
            throw new QuantPSException("InputShapeMismatch", $"'{model.Name}' takes no sequences, so that a length of {length} means nothing. Leave out -SequenceLength.", length);
    }

    internal static LatencyReport Report(QuantModel model, LatencyOptions options, List<double> times, Shape shape, InstructionSet? instructionSet, ImmutableArray<string> floatSteps) =>
        new(model.Name, model.Precision, Quantile(times, 0.5), Quantile(times, 0.9), times[0], times.Count, shape,
            options.Engine, instructionSet, options.Threads, floatSteps);

    internal static float[] RandomInput(Shape shape)
    {
        var random = new SeededRandom(0);
        var input = new float[shape.ElementCount];
        for (int i = 0; i < input.Length; i++) input[i] = (float)random.NextGaussian();
        return input;
    }

    private static Graph WithInput(QuantModel model, Graph graph, Shape shape)
    {
        try
        {
            return graph.With(inputs: [graph.Inputs[0] with { Shape = shape }]);
        }
        catch (GraphException e)
        {
            throw Mismatch(model, shape, e);
        }
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
            throw Mismatch(model, shape, e);
        }
    }

    private static QuantPSException Mismatch(QuantModel model, Shape shape, GraphException e) => new("InputShapeMismatch",
        $"'{model.Name}' does not take an input of {shape}; it was made for {model.Graph.Inputs[0].Shape}. {e.Message}", shape, e);

    private static double Quantile(List<double> sorted, double share) => sorted[(int)Math.Ceiling(share * sorted.Count) - 1];

    // Steps that only change the layout do no node's work.
    internal static ImmutableArray<string> FloatSteps(CompiledGraph compiled) =>
        [.. compiled.Steps.Where(step => step.Precision == "float32" && !step.Nodes.IsEmpty).Select(step => step.ToString())];
}
