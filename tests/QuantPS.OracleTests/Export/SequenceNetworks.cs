using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.OracleTests.Operators;
using QuantPS.Quantization;

namespace QuantPS.OracleTests.Export;

/// <summary>How the weights of a network are held.</summary>
public enum Weights
{
    Float32,
    Float16,
    /// <summary>Matrices int8 and their inputs dynamic, tables of 8 bits.</summary>
    Int8,
    /// <summary>The same with tables of 4 bits.</summary>
    Int4Tables,
}

/// <summary>Small networks of language models with random parameters.</summary>
internal sealed class SequenceNetworks(Weights weights, bool reduceRange)
{
    /// <summary>The rows of tables of tokens.</summary>
    public const int Vocabulary = 40;

    private readonly RandomValues _random = new(3);
    private readonly Dictionary<string, Tensor> _constants = [];
    private readonly List<Node> _nodes = [];

    /// <summary>Tokens to the scores of the next, and the last states: embedding, LSTM of two layers, linear layer.</summary>
    public Graph WordModel(int maxLength)
    {
        const int Size = 32;
        string x = Table("encoder", "input", Vocabulary, Size);
        var prototype = new Lstm { Name = "rnn", Module = "rnn", Inputs = [], HiddenSize = Size, Layers = 2, HasInitialStates = true, ReduceRange = reduceRange };
        ImmutableArray<string> parameters = [.. prototype.ParameterNames.Select(name =>
            name.StartsWith("weight", StringComparison.Ordinal) ? Weight($"rnn.{name}", 4 * Size, Size) : Numbers($"rnn.{name}", [4 * Size], -0.2f, 0.2f))];
        Lstm lstm = prototype with { Inputs = [Add(new Dropout { Name = "drop", Inputs = [x] }), "hidden", "cell", .. parameters] };
        _nodes.AddRange([lstm, LastState.Of(lstm, "h", cell: false), LastState.Of(lstm, "c", cell: true)]);
        Linear("decoder", "rnn", Size, Vocabulary);
        return Build([Tokens("input", maxLength), new("hidden", [2, Size]), new("cell", [2, Size])], "decoder", "h", "c");
    }

    /// <summary>Tokens, their segments and a mask to the scores of classes: an encoder layer as BERT's, and its pooled first token.</summary>
    public Graph Encoder(int maxLength, bool approximate)
    {
        const int Size = 48, Inner = 96, Segments = 2, Classes = 5;
        string places = Add(new Positions { Name = "places", Inputs = ["tokens"] });
        string sum = Sum("sum", Table("words", "tokens", Vocabulary, Size), Table("segments", "types", Segments, Size));
        string x = Norm("norm", Sum("embeddings", sum, Table("positions", places, maxLength, Size)), Size);
        string attention = Add(new Attention { Name = "attention", Heads = 4, Inputs = [Linear("query", x, Size, Size), Linear("key", x, Size, Size), Linear("value", x, Size, Size), "mask"] });
        x = Norm("attention.norm", Sum("attention.sum", Linear("attention.dense", attention, Size, Size), x), Size);
        string inner = Add(new Gelu { Name = "gelu", Inputs = [Linear("inner", x, Size, Inner)], Approximate = approximate });
        x = Norm("output.norm", Sum("output.sum", Linear("outer", inner, Inner, Size), x), Size);
        string pooled = Add(new Tanh { Name = "tanh", Inputs = [Linear("pooler", Add(new SelectStep { Name = "first", Inputs = [x] }), Size, Size)] });
        string classes = Add(new Softmax { Name = "softmax", Inputs = [Linear("classifier", pooled, Size, Classes)] });
        return Build([Tokens("tokens", maxLength), Tokens("types", maxLength), Tokens("mask", maxLength)], classes, x);
    }

    /// <summary>Bags of tokens: one row a sample.</summary>
    public Graph Bag(EmbeddingBagMode mode, bool hasFactors, int maxLength)
    {
        Add(new EmbeddingBag { Name = "bag", Module = "bag", Mode = mode, HasSampleWeights = hasFactors, Inputs = ["input", .. hasFactors ? ["factors"] : Array.Empty<string>(), RandomTable("bag.weight", Vocabulary, 20)] });
        return Build([Tokens("input", maxLength), .. hasFactors ? [new GraphInput("factors", [maxLength]) { IsSequence = true }] : Array.Empty<GraphInput>()], "bag");
    }

    /// <summary>The rows that tokens name.</summary>
    public Graph Rows(int maxLength)
    {
        Table("rows", "input", Vocabulary, 20);
        return Build([Tokens("input", maxLength)], "rows");
    }

    /// <summary>Tokens to the scores of classes at each step: an embedding and a linear layer.</summary>
    public Graph Tagger(int maxLength)
    {
        Linear("fc", Table("rows", "input", Vocabulary, 20), 20, 7);
        return Build([Tokens("input", maxLength)], "fc");
    }

    private static GraphInput Tokens(string name, int maxLength) => new(name, [maxLength], ElementType.Int64) { IsSequence = true };

    private Graph Build(ImmutableArray<GraphInput> inputs, string output, params ImmutableArray<string> more)
    {
        var graph = new Graph(inputs, [.. _nodes], output, _constants, ["", .. _nodes.Select(node => node.Module).Where(path => path.Length > 0).Distinct()], more);
        return weights is Weights.Int8 or Weights.Int4Tables ? InsertDynamicQuantize.Apply(graph, [.. graph.Nodes.OfType<Linear>()], reduceRange) : graph;
    }

    private string Add(Node node)
    {
        _nodes.Add(node);
        return node.Name;
    }

    private string Sum(string name, string a, string b) => Add(new Add { Name = name, Inputs = [a, b] });

    private string Norm(string name, string x, int size) =>
        Add(new LayerNorm { Name = name, Epsilon = 1e-12f, Inputs = [x, Numbers($"{name}.weight", [size], 0.5f, 1.5f), Numbers($"{name}.bias", [size], -0.5f, 0.5f)] });

    private string Linear(string name, string x, int inputs, int outputs)
    {
        Numbers($"{name}.weight", [outputs, inputs], -0.3f, 0.3f);
        if (weights == Weights.Float16) _constants[$"{name}.weight"] = Half(_constants[$"{name}.weight"]);
        return Add(new Linear { Name = name, Module = name, Inputs = [x, $"{name}.weight", Numbers($"{name}.bias", [outputs], -0.3f, 0.3f)] });
    }

    private string Table(string name, string indices, int rows, int features) =>
        Add(new Embedding { Name = name, Module = name, Inputs = [indices, RandomTable($"{name}.weight", rows, features)] });

    private string RandomTable(string name, int rows, int features)
    {
        if (weights is Weights.Float32 or Weights.Float16) return Numbers(name, [rows, features], -1, 1);
        bool half = weights == Weights.Int4Tables;
        int highest = half ? 15 : 255;
        byte[] codes = _random.Codes(rows * features, half ? byte.MaxValue : highest);
        _constants[name] = new Tensor(half ? ElementType.QUInt4x2 : ElementType.QUInt8, [rows, features], half ? codes[..(codes.Length / 2)] : codes,
            QuantParams.PerChannelFloat(_random.Reals(rows, 1f / highest, 3f / highest), _random.Reals(rows, 0.3f * highest, 0.7f * highest), 0));
        return name;
    }

    private string Weight(string name, int rows, int columns)
    {
        Tensor weight = Tensor.From<float>(_random.Reals(rows * columns, -0.2f, 0.2f), [rows, columns]);
        _constants[name] = weights switch
        {
            Weights.Float32 => weight,
            Weights.Float16 => Half(weight),
            _ => WeightQuantizer.Quantize(weight, WeightQuantizer.Observe(weight, perChannel: false)),
        };
        return name;
    }

    private string Numbers(string name, Shape shape, float low, float high)
    {
        _constants[name] = Tensor.From<float>(_random.Reals((int)shape.ElementCount, low, high), shape);
        return name;
    }

    private static Tensor Half(Tensor weight) =>
        new(ElementType.Float16, weight.Shape, [.. weight.As<float>().ToArray().SelectMany(value => BitConverter.GetBytes((System.Half)value))]);
}
