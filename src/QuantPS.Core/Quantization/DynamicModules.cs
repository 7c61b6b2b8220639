using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Which modules can be quantized dynamically, and to what (torch/ao/quantization/quantization_mappings.py and quantize.py).</summary>
public static class DynamicModules
{
    /// <summary>The types with weight matrices, by the names of PyTorch's classes.</summary>
    public static ImmutableArray<string> Matrices { get; } = ["Linear", "LSTM", "GRU", "RNN", "LSTMCell", "GRUCell", "RNNCell"];

    /// <summary>The types with tables.</summary>
    public static ImmutableArray<string> Tables { get; } = ["Embedding", "EmbeddingBag"];

    /// <summary>The types that are quantized where none is asked for.</summary>
    public static ImmutableArray<string> Defaults(DynamicDtype dtype) => dtype is DynamicDtype.QUInt8 or DynamicDtype.QUInt4x2 ? Tables : Matrices;

    /// <summary>Whether modules of a type can be quantized so.</summary>
    public static bool Takes(DynamicDtype dtype, string type) =>
        Defaults(dtype).Contains(type, StringComparer.OrdinalIgnoreCase)
        || (dtype == DynamicDtype.QInt8 && Tables.Contains(type, StringComparer.OrdinalIgnoreCase));

    /// <summary>The name of a node's module class in PyTorch, which users know; a functional operator's own name.</summary>
    public static string TypeOf(Node node) => node switch
    {
        Relu { Maximum: < float.PositiveInfinity } => "ReLU6",
        Relu => "ReLU",
        Lstm => "LSTM",
        Gru => "GRU",
        Rnn => "RNN",
        LstmCell => "LSTMCell",
        GruCell => "GRUCell",
        RnnCell => "RNNCell",
        Add or Multiply => "FloatFunctional",
        _ => node.GetType().Name,
    };
}
