using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Tests.Engine;

namespace QuantPS.Tests.Analysis;

/// <summary>Language models that are small enough to work them out by hand.</summary>
internal static class TinyLanguageModel
{
    /// <summary>The score of the next token is a number of the table in the row of the token before it.</summary>
    public static QuantModel OfTable(float[] scores, int tokens)
    {
        var constants = new Dictionary<string, Tensor>
        {
            ["encoder.weight"] = Tensor.From<float>(scores, [tokens, tokens]),
            ["decoder.weight"] = Tensor.From<float>([.. Enumerable.Range(0, tokens * tokens).Select(i => i % (tokens + 1) == 0 ? 1f : 0f)], [tokens, tokens]),
        };
        return ModelOf(new Graph([Tokens],
            [
                new Embedding { Name = "encoder", Inputs = ["tokens", "encoder.weight"] },
                new Linear { Name = "decoder", Module = "decoder", Inputs = ["encoder", "decoder.weight"] },
            ],
            "decoder", constants, ["", "encoder", "decoder"]));
    }

    /// <summary>An embedding, a recurrent module and a decoder with random weights.</summary>
    public static QuantModel Recurrent(int tokens, bool gru = false)
    {
        const int Size = 8;
        var random = new Random(1);
        string[] states = gru ? ["h0"] : ["h0", "c0"];
        Recurrent node = gru ? new Gru { Name = "rnn", Inputs = [], HiddenSize = Size } : new Lstm { Name = "rnn", Inputs = [], HiddenSize = Size };
        node = node with { Module = "rnn", HasInitialStates = true, Layers = 2 };
        node = node with { Inputs = ["encoder", .. states, .. node.ParameterNames.Select(name => $"rnn.{name}")] };
        var constants = new Dictionary<string, Tensor>
        {
            ["encoder.weight"] = Random([tokens, Size]), ["decoder.weight"] = Random([tokens, Size]), ["decoder.bias"] = Random([tokens]),
        };
        foreach (string name in node.ParameterNames)
            constants.Add($"rnn.{name}", Random(name.StartsWith("weight", StringComparison.Ordinal) ? [node.Gates * Size, Size] : [node.Gates * Size]));
        LastState[] last = [.. states.Select((state, i) => LastState.Of(node, $"last {state}", cell: i == 1))];
        return ModelOf(new Graph([Tokens, .. states.Select(state => new GraphInput(state, [2, Size]))],
            [
                new Embedding { Name = "encoder", Module = "encoder", Inputs = ["tokens", "encoder.weight"] },
                node, .. last,
                new Linear { Name = "decoder", Module = "decoder", Inputs = ["rnn", "decoder.weight", "decoder.bias"] },
            ],
            "decoder", constants, ["", "encoder", "rnn", "decoder"], [.. last.Select(state => state.Name)]));

        Tensor Random(Shape shape) => Tensor.From<float>(random.Floats((int)shape.ElementCount, -1, 1), shape);
    }

    private static GraphInput Tokens => new("tokens", [35], ElementType.Int64) { IsSequence = true };

    private static QuantModel ModelOf(Graph graph) =>
        new() { Name = "tiny", Architecture = "tiny", Graph = graph, Preprocessing = Preprocessing.Cifar };
}
