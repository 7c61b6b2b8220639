using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>Finds out the sizes of a BERT network: from <c>config.json</c>, else from the shapes of its parameters.</summary>
public static class BertConfigFile
{
    /// <summary>The name of the file that Transformers writes beside the weights.</summary>
    public const string FileName = "config.json";

    private const string Prefix = "bert.embeddings.";
    /// <summary>The features of a head in all sizes that were published.</summary>
    private const int UsualHeadFeatures = 64;

    /// <summary>Reads a configuration.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="QuantPSException"><c>ModelConfigUnreadable</c>: it is not there, is not of BERT, or says what cannot be.</exception>
    public static BertConfig Read(string path)
    {
        using JsonDocument document = JsonFile.Read(path, "ModelConfigUnreadable");
        JsonElement root = document.RootElement;
        if (JsonFile.Text(root, "model_type") is { } type && type != "bert") throw Unreadable(path, $"it is of the model type '{type}', and only 'bert' is known.");
        if (JsonFile.Text(root, "position_embedding_type") is { } positions && positions != "absolute")
            throw Unreadable(path, $"its positions are '{positions}', and only 'absolute' ones are known.");
        var standard = new BertConfig();
        var config = new BertConfig
        {
            VocabularySize = Size("vocab_size", standard.VocabularySize), HiddenSize = Size("hidden_size", standard.HiddenSize),
            Layers = Size("num_hidden_layers", standard.Layers), Heads = Size("num_attention_heads", standard.Heads),
            IntermediateSize = Size("intermediate_size", standard.IntermediateSize), MaxLength = Size("max_position_embeddings", standard.MaxLength),
            TypeCount = Size("type_vocab_size", standard.TypeCount), Activation = JsonFile.Text(root, "hidden_act") ?? standard.Activation,
            Epsilon = (float)(JsonFile.Number(root, "layer_norm_eps") ?? standard.Epsilon), Labels = Labels(root),
        };
        return config.Fault is { } fault ? throw Unreadable(path, $"{fault}.") : config;

        int Size(string name, int otherwise) => JsonFile.Number(root, name) is not { } number ? otherwise
            : number is >= 1 and <= 1 << 24 && number == Math.Truncate(number) ? (int)number
            : throw Unreadable(path, $"'{name}' is {number.ToString(CultureInfo.InvariantCulture)}, and should be a whole number from 1 on.");
    }

    /// <summary>The sizes that the shapes of a state dict show. Heads do not show; they are taken to have 64 features, as all published sizes do.</summary>
    /// <param name="state">The state dict.</param>
    /// <returns>Null where it is not of a BERT network.</returns>
    public static BertConfig? Infer(StateDict state)
    {
        if (Shape($"{Prefix}word_embeddings") is not { } words || Shape($"{Prefix}position_embeddings") is not { } positions
            || Shape($"{Prefix}token_type_embeddings") is not { } types)
            return null;
        int layers = 0;
        while (Shape($"bert.encoder.layer.{layers}.intermediate.dense") is not null) layers++;
        int hidden = words[1];
        if (layers == 0) return null;
        var config = new BertConfig
        {
            VocabularySize = words[0], HiddenSize = hidden, Layers = layers, MaxLength = positions[0], TypeCount = types[0],
            Heads = hidden % UsualHeadFeatures == 0 ? hidden / UsualHeadFeatures : 1,
            IntermediateSize = Shape("bert.encoder.layer.0.intermediate.dense")![0],
        };
        return config.Fault is null ? config : null;

        // Dynamic layers and embeddings hold their weights packed.
        Shape? Shape(string module)
        {
            object? value = state.GetValueOrDefault($"{module}.weight") ?? state.GetValueOrDefault($"{module}._packed_params._packed_params")
                ?? state.GetValueOrDefault($"{module}._packed_params._packed_weight");
            return (value is PythonTuple { Count: > 0 } tuple ? tuple[0] : value) is Tensor { Shape.Rank: 2 } weight ? weight.Shape : null;
        }
    }

    private static ImmutableArray<string> Labels(JsonElement root)
    {
        if (!root.TryGetProperty("id2label", out JsonElement names) || names.ValueKind != JsonValueKind.Object) return [];
        var labels = new SortedDictionary<int, string>();
        foreach (JsonProperty name in names.EnumerateObject())
            if (int.TryParse(name.Name, CultureInfo.InvariantCulture, out int index) && name.Value.ValueKind == JsonValueKind.String) labels[index] = name.Value.GetString()!;
        return labels.Keys.SequenceEqual(Enumerable.Range(0, labels.Count)) ? [.. labels.Values] : [];
    }

    private static QuantPSException Unreadable(string path, string problem) => new("ModelConfigUnreadable", $"'{path}' cannot be used: {problem}", path);
}
