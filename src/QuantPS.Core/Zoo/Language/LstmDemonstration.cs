using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// The network of PyTorch's recipe on dynamic quantization (recipes/recipes/dynamic_quantization.py, <c>lstm_for_demonstration</c>): an LSTM and
/// nothing else, of 8 features, 8 features of its states and one layer. It takes and gives its states, too.
/// </summary>
internal static class LstmDemonstration
{
    private const string Lstm = "lstm";

    public static Initialization Initialization { get; } = WordLanguageModel.Initialization;

    public static LanguageModelConfig Config { get; } = new() { EmbeddingSize = 8, HiddenSize = 8, Layers = 1, Length = 20 };

    public static string Build(GraphBuilder graph, int classCount)
    {
        LanguageModelConfig config = graph.Options.Language ?? Config;
        Recurrent module = config.Module(Lstm);
        graph.Take([new GraphInput(graph.Input, [config.Length, config.EmbeddingSize]) { IsSequence = true }, .. RecurrentStates.Inputs(module)]);
        graph.Declare(Lstm);
        string x = graph.Recurrent(module, graph.Input, RecurrentStates.Names(module));
        RecurrentStates.Give(graph, module);
        return x;
    }

    public static ArchitectureOptions? Infer(StateDict state) =>
        LanguageModelConfig.Infer(state, Lstm) is { Cell: "LSTM" } config ? new() { Language = config with { Length = Config.Length } } : null;
}
