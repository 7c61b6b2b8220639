using System.Collections.Immutable;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// The word-language model of the PyTorch examples (word_language_model/model.py, <c>RNNModel</c>) and of the tutorial on dynamic quantization:
/// an embedding, recurrent layers, and a decoder to the scores of all words. It takes and gives the states of the layers, too.
/// </summary>
internal static class WordLanguageModel
{
    private const string Recurrent = "rnn";

    public static Initialization Initialization { get; } = new(Zoo.Initialization.Zeros, Uniform, Zoo.Initialization.Zeros);

    public static string Build(GraphBuilder graph, int words)
    {
        LanguageModelConfig config = graph.Options.Language ?? new();
        Engine.Recurrent module = config.Module(Recurrent) with { Dropout = 0.5f };
        graph.Take([new GraphInput(graph.Input, [config.Length], ElementType.Int64) { IsSequence = true }, .. RecurrentStates.Inputs(module)]);
        graph.Declare("drop", "encoder", Recurrent, "decoder");
        string x = graph.Embedding("encoder", graph.Input, words, config.EmbeddingSize);
        x = graph.Emit(new Dropout { Name = "encoder.drop", Module = "drop", Inputs = [x] });
        x = graph.Recurrent(module, x, RecurrentStates.Names(module));
        RecurrentStates.Give(graph, module);
        x = graph.Emit(new Dropout { Name = "rnn.drop", Module = "drop", Inputs = [x] });
        return config.Tied ? graph.TiedLinear("decoder", x, "encoder.weight") : graph.Linear("decoder", x, words);
    }

    public static ArchitectureOptions? Infer(StateDict state) =>
        state.ContainsKey("encoder.weight") && LanguageModelConfig.Infer(state, Recurrent) is { } config ? new() { Language = config } : null;

    private static void Uniform(Span<float> values, Shape weight, SeededRandom random)
    {
        foreach (ref float value in values) value = (float)random.NextDouble(-0.1, 0.1);
    }
}
