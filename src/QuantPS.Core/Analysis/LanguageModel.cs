using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>A language model that reads a text segment by segment, each from the states that the one before left.</summary>
internal sealed class LanguageModel : IDisposable
{
    private readonly CompiledGraph _compiled;
    private readonly RunBuffers _buffers;
    private readonly string _tokens;
    private readonly ImmutableArray<(string Input, string Output)> _states;

    /// <summary>Compiles a model for which <see cref="Is"/> holds.</summary>
    public LanguageModel(QuantModel model, int batchSize, int length, int threads)
    {
        (_tokens, _states) = (TokensOf(model.Graph)!, StatesOf(model.Graph));
        _compiled = CompiledGraph.Compile(model.Graph, new CompileOptions
        {
            MaxBatch = batchSize, MaxLength = length, Threads = threads, Backend = model.Backend ?? QuantizationBackend.Fbgemm,
        });
        _buffers = _compiled.CreateBuffers();
        foreach ((string input, _) in _states) _buffers.Floats(input).Clear();
    }

    /// <summary>The number of tokens that it chooses among.</summary>
    public int TokenCount => _compiled.OutputShape[1];

    /// <summary>
    /// Whether a network takes sequences of token indices and, else, only states of recurrent modules whose last values it gives, and gives
    /// scores for each step.
    /// </summary>
    public static bool Is(Graph graph) =>
        TokensOf(graph) is not null && ScoresOf(graph) is { Rank: 3 } && StatesOf(graph).Length == graph.Inputs.Length - 1;

    /// <summary>The number of tokens that a language model chooses among.</summary>
    public static int TokenCountOf(Graph graph) => ScoresOf(graph)[2];

    /// <summary>The place for the tokens of the next segment: those of the first sample, then those of the next.</summary>
    public Span<long> Tokens => _buffers.Indices(_tokens);

    /// <summary>Reads a segment, and leaves the states for the next one.</summary>
    /// <returns>The scores for the token after each one, sample after sample; valid until the next call.</returns>
    public ReadOnlySpan<float> Run(int steps, CancellationToken cancel)
    {
        _compiled.Run(_buffers, _compiled.MaxBatch, steps, cancel: cancel);
        foreach ((string input, string output) in _states) _buffers.Results(output).CopyTo(_buffers.Floats(input));
        return _buffers.Results(_compiled.Outputs[0].Name)[..(_compiled.MaxBatch * steps * TokenCount)];
    }

    public void Dispose()
    {
        _compiled.Dispose();
        _buffers.Dispose();
    }

    private static string? TokensOf(Graph graph) =>
        graph.Inputs.Where(input => input.Element == ElementType.Int64).ToArray() is [{ IsSequence: true, Shape.Rank: 1 } only] ? only.Name : null;

    private static Shape ScoresOf(Graph graph) => graph.InferTypes(1)[graph.Output].Shape;

    private static ImmutableArray<(string Input, string Output)> StatesOf(Graph graph) =>
    [
        .. from node in graph.Nodes.OfType<Recurrent>()
           where node.HasInitialStates
           from cell in new[] { false, true }.Take(node.States)
           let input = node.Inputs[cell ? 2 : 1]
           let output = graph.ConsumersOf(node.Name).OfType<LastState>().FirstOrDefault(last => last.Cell == cell && graph.Outputs.Contains(last.Name))?.Name
           where output is not null && graph.Inputs.Any(known => known.Name == input)
           select (input, output),
    ];
}
