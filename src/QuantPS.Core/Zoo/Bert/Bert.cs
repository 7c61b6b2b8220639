using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>
/// BERT with a classifier on its pooled first token (Devlin et al., 2018), with the modules of <c>BertForSequenceClassification</c> of
/// Transformers (src/transformers/models/bert/modeling_bert.py).
/// </summary>
internal static class Bert
{
    /// <summary>The name of the input of token ids.</summary>
    public const string Tokens = "input_ids";

    /// <summary>The name of the input that says for each token which segment it belongs to.</summary>
    public const string Types = "token_type_ids";

    /// <summary>The name of the input that is 1 for tokens and 0 for padding.</summary>
    public const string Mask = "attention_mask";

    public static Initialization Initialization { get; } =
        new(Zoo.Initialization.Normal(0.02), Zoo.Initialization.Normal(0.02), Zoo.Initialization.Zeros);

    public static string Build(GraphBuilder graph, int classCount)
    {
        BertConfig config = graph.Options.Bert ?? new();
        graph.Take(Input(Tokens), Input(Types), Input(Mask));
        graph.Declare("bert");
        string x = Embed(graph, "bert.embeddings", config);
        graph.Declare("bert.encoder", "bert.encoder.layer");
        for (int layer = 0; layer < config.Layers; layer++) x = EncoderLayer(graph, $"bert.encoder.layer.{layer}", x, config);
        const string Pooler = "bert.pooler";
        graph.Declare(Pooler, $"{Pooler}.dense", $"{Pooler}.activation", "dropout", "classifier");
        x = graph.Emit(new SelectStep { Name = $"{Pooler}.first", Module = Pooler, Inputs = [x] });
        x = graph.Linear($"{Pooler}.dense", x, config.HiddenSize);
        x = graph.Emit(new Tanh { Name = $"{Pooler}.activation", Module = $"{Pooler}.activation", Inputs = [x] });
        return graph.Linear("classifier", graph.Dropout("dropout", x, 0.1f), classCount);

        GraphInput Input(string name) => new(name, [config.MaxLength], ElementType.Int64) { IsSequence = true };
    }

    /// <summary>
    /// A state dict with the names of today, and without what a file may hold beside the network: the buffers of positions and types, and the
    /// heads that it was pretrained with. The norms of files that came from TensorFlow have <c>gamma</c> and <c>beta</c>.
    /// </summary>
    public static StateDict Normalize(StateDict state)
    {
        var result = new StateDict();
        foreach ((string path, long? version) in state.Metadata) result.Metadata[path] = version;
        foreach ((string key, object? value) in state)
        {
            if (key is "bert.embeddings.position_ids" or "bert.embeddings.token_type_ids" || key.StartsWith("cls.", StringComparison.Ordinal)) continue;
            result[key.Replace("LayerNorm.gamma", "LayerNorm.weight", StringComparison.Ordinal).Replace("LayerNorm.beta", "LayerNorm.bias", StringComparison.Ordinal)] = value;
        }
        return result;
    }

    private static string Embed(GraphBuilder graph, string path, BertConfig config)
    {
        string words = $"{path}.word_embeddings", places = $"{path}.position_embeddings", types = $"{path}.token_type_embeddings";
        graph.Declare(path, words, places, types, $"{path}.LayerNorm", $"{path}.dropout");
        string position = graph.Emit(new Positions { Name = $"{path}.positions", Module = path, Inputs = [Tokens] });
        string sum = graph.Emit(new Add
        {
            Name = $"{path}.add_types", Module = path,
            Inputs = [graph.Embedding(words, Tokens, config.VocabularySize, config.HiddenSize, paddingIndex: 0), graph.Embedding(types, Types, config.TypeCount, config.HiddenSize)],
        });
        sum = graph.Emit(new Add { Name = $"{path}.add_positions", Module = path, Inputs = [sum, graph.Embedding(places, position, config.MaxLength, config.HiddenSize)] });
        return graph.Dropout($"{path}.dropout", graph.LayerNorm($"{path}.LayerNorm", sum, config.Epsilon), 0.1f);
    }

    private static string EncoderLayer(GraphBuilder graph, string path, string input, BertConfig config)
    {
        string attention = $"{path}.attention", self = $"{attention}.self";
        graph.Declare(path, attention, self, $"{self}.query", $"{self}.key", $"{self}.value", $"{self}.dropout");
        string query = graph.Linear($"{self}.query", input, config.HiddenSize), key = graph.Linear($"{self}.key", input, config.HiddenSize);
        string x = graph.Emit(new Attention { Name = self, Module = self, Heads = config.Heads, Inputs = [query, key, graph.Linear($"{self}.value", input, config.HiddenSize), Mask] });
        x = Output(graph, $"{attention}.output", x, input, config);
        string intermediate = $"{path}.intermediate", activation = $"{intermediate}.intermediate_act_fn";
        graph.Declare(intermediate, $"{intermediate}.dense", activation);
        string inner = graph.Linear($"{intermediate}.dense", x, config.IntermediateSize);
        inner = config.Activation == "relu" ? graph.Relu(activation, inner)
            : graph.Emit(new Gelu { Name = activation, Module = activation, Inputs = [inner], Approximate = config.Activation != "gelu" });
        return Output(graph, $"{path}.output", inner, x, config);
    }

    /// <summary>A linear layer, the sum with what came in, and a norm.</summary>
    private static string Output(GraphBuilder graph, string path, string x, string input, BertConfig config)
    {
        graph.Declare(path, $"{path}.dense", $"{path}.LayerNorm", $"{path}.dropout");
        x = graph.Dropout($"{path}.dropout", graph.Linear($"{path}.dense", x, config.HiddenSize), 0.1f);
        return graph.LayerNorm($"{path}.LayerNorm", graph.Emit(new Add { Name = $"{path}.add", Module = path, Inputs = [x, input] }), config.Epsilon);
    }
}
