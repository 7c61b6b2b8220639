using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Tests.Zoo;

/// <summary>A BERT network of a few thousand weights.</summary>
internal static class SmallBert
{
    public static BertConfig Config { get; } = new()
    {
        VocabularySize = 40, HiddenSize = 24, Layers = 2, Heads = 3, IntermediateSize = 36, MaxLength = 20, Labels = ["dull", "fine", "great"],
    };

    /// <summary>The configuration as Transformers writes it.</summary>
    public const string ConfigJson = """
        {
          "architectures": ["BertForSequenceClassification"], "model_type": "bert", "hidden_act": "gelu", "hidden_size": 24,
          "id2label": { "0": "dull", "1": "fine", "2": "great" }, "intermediate_size": 36, "layer_norm_eps": 1e-12,
          "max_position_embeddings": 20, "num_attention_heads": 3, "num_hidden_layers": 2, "type_vocab_size": 2, "vocab_size": 40
        }
        """;

    public static readonly string[] Vocabulary =
        ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "fine", "film", "##s", "dull", "great", ",", "!", "the", "not", "un", "##fine", "cafe"];

    public static Architecture Architecture { get; } = Architectures.Find("bert") with { Options = new() { Bert = Config } };

    /// <summary>With weights large enough that inputs matter.</summary>
    public static QuantModel Create(ulong seed = 3)
    {
        QuantModel model = Architecture.Create(seed, classCount: 3);
        var random = new SeededRandom(seed);
        var constants = model.Graph.Constants.ToDictionary(constant => constant.Key, constant => constant.Value.Shape.Rank > 1 ? Larger(constant.Value) : Shifted(constant.Value));
        return model with { Graph = model.Graph.With(constants: constants), Labels = Config.Labels };

        Tensor Larger(Tensor tensor) => Tensor.From<float>([.. tensor.ToFloats().Select(value => 8 * value)], tensor.Shape);
        Tensor Shifted(Tensor tensor) => Tensor.From<float>([.. tensor.ToFloats().Select(value => value + 0.2f * (float)random.NextGaussian())], tensor.Shape);
    }

    /// <summary>Writes the folder of a model: weights, configuration and vocabulary.</summary>
    public static void WriteFolder(TemporaryFolder folder, string name, QuantModel model)
    {
        StateDict state = StateDictLayout.ToStateDict(model.Graph);
        SafetensorsFile.Write(state, folder.At(name, "model.safetensors"));
        File.WriteAllText(folder.At(name, "config.json"), ConfigJson);
        File.WriteAllLines(folder.At(name, "vocab.txt"), Vocabulary);
    }
}
