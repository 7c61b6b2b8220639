using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>Measures how long models take for one sequence.</summary>
internal static class SequenceLatency
{
    /// <summary>The number of steps that are timed where none is asked for and the network takes so many.</summary>
    public const int UsualLength = 128;

    public static LatencyReport Measure(QuantModel model, LatencyOptions options, IProgress<int>? progress, CancellationToken cancel)
    {
        GraphInput sequence = model.Graph.Inputs.First(input => input.IsSequence);
        if (options.InputShape is { } shape)
            throw new QuantPSException("InputShapeMismatch", $"'{model.Name}' takes sequences: give the number of steps with -SequenceLength, not {shape}.", shape);
        int most = sequence.Shape[0], length = options.SequenceLength ?? UsualLengthOf(sequence);
        // The positions of a network for text are a table; others take any length.
        if (length > most && model.Graph.Nodes.OfType<Positions>().Any())
            throw new QuantPSException("InputShapeMismatch", $"'{model.Name}' takes 1 to {most} steps, not {length}.", length);
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph, new CompileOptions
        {
            MaxLength = length, Threads = options.Threads, InstructionSet = options.InstructionSet, Backend = model.Backend ?? QuantizationBackend.Fbgemm,
        });
        using RunBuffers buffers = compiled.CreateBuffers();
        FillInputs(model.Graph, compiled, buffers);
        List<double> times = ModelLatency.Time(() => compiled.Run(buffers, 1, length, cancel: cancel), options.Duration, progress, cancel);
        return ModelLatency.Report(model, options, times, sequence.Shape.With(0, length), compiled.InstructionSet, ModelLatency.FloatSteps(compiled));
    }

    /// <summary>The number of steps that a sequence is measured with where nothing else is said.</summary>
    internal static int UsualLengthOf(GraphInput sequence) => Math.Min(UsualLength, sequence.Shape[0]);

    /// <summary>Writes an input that a run can take, the same each time.</summary>
    internal static void FillInputs(Graph graph, CompiledGraph compiled, RunBuffers buffers)
    {
        foreach (GraphPort port in compiled.Inputs) Fill(graph, port, buffers);
    }

    /// <summary>The number of rows of the table that the indices of an input choose among; 0 where they choose none.</summary>
    internal static int RowsOf(Graph graph, string input) =>
        graph.ConsumersOf(input).FirstOrDefault(node => node is Embedding or EmbeddingBag) is { } table ? graph.InferTypes(1)[table.Inputs[1]].Shape[0] : 0;

    /// <summary>Indices are rows of the table that they name, else 1, which a mask has where there is something to look at.</summary>
    public static void Fill(Graph graph, GraphPort port, RunBuffers buffers)
    {
        if (port.Element == ElementType.Float32)
        {
            ModelLatency.RandomInput(port.Shape).CopyTo(buffers.Floats(port.Name));
            return;
        }
        int rows = RowsOf(graph, port.Name);
        var random = new SeededRandom(0);
        foreach (ref long index in buffers.Indices(port.Name)) index = rows == 0 ? 1 : (long)random.NextDouble(0, rows);
    }
}
