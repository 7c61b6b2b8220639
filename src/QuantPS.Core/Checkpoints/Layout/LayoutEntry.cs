using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Checkpoints.Layout;

/// <summary>An entry of a state dict, and what of a graph it holds.</summary>
/// <param name="Key">The key, such as <c>features.0.0.weight</c>.</param>
internal abstract record LayoutEntry(string Key) : StateEntry(Key)
{
    /// <summary>What a graph gives for the entry.</summary>
    public abstract object? ValueIn(Graph graph);
}

/// <summary>A parameter or buffer.</summary>
/// <param name="Key">The key.</param>
/// <param name="Constant">The graph's constant, or null for Python's None.</param>
internal sealed record ConstantEntry(string Key, string? Constant) : LayoutEntry(Key)
{
    public override object? ValueIn(Graph graph) => Constant is null ? null : graph.Constants[Constant];
}

/// <summary>The weight and the bias of a quantized linear layer, as a tuple.</summary>
/// <param name="Key">The key.</param>
/// <param name="Weight">The graph's constant for the weight.</param>
/// <param name="Bias">The graph's constant for the bias, or null where there is none.</param>
internal sealed record PackedEntry(string Key, string Weight, string? Bias) : LayoutEntry(Key)
{
    public override object ValueIn(Graph graph) =>
        PythonTuple.Create([graph.Constants[Weight], Bias is null ? null : graph.Constants[Bias]]);
}

/// <summary>The dtype of packed weights.</summary>
/// <param name="Key">The key.</param>
/// <param name="Element">The element type: qint8 of a linear layer.</param>
internal sealed record DTypeEntry(string Key, ElementType Element = ElementType.QInt8) : LayoutEntry(Key)
{
    public override object ValueIn(Graph graph) => new DTypeReference(Element);
}

/// <summary>
/// The packed parameters of a direction of a dynamic recurrent module: an object of libtorch, as <c>torch.save</c> pickles it
/// (<c>QuantizedCellParamsDynamic::__getstate__</c> in aten/src/ATen/native/RNN.cpp).
/// </summary>
/// <param name="Key">The key.</param>
/// <param name="Weights">The graph's constants for the weights of the input and of the hidden state.</param>
/// <param name="Biases">Those for the biases; empty where there are none.</param>
/// <param name="ReduceRange">Whether codes stay within 0..127.</param>
internal sealed record CellParamsEntry(string Key, string[] Weights, string[] Biases, bool ReduceRange) : LayoutEntry(Key)
{
    public override object ValueIn(Graph graph)
    {
        Tensor[] biases = Array.ConvertAll(Biases, name => graph.Constants[name]);
        object[] packed = [.. Weights.Select((name, i) => PackedMatrixEntry.Pack(graph.Constants[name], biases.ElementAtOrDefault(i)))];
        return PackedMatrixEntry.Object("rnn.CellParamsBase", PythonTuple.Create(
            ["quantized_dynamic", new List<object?>(biases), new List<object?>(), new List<object?> { ReduceRange ? 1L : 0L }, new List<object?>(packed)]));
    }
}

/// <summary>A packed weight of a dynamic cell: an object of libtorch.</summary>
/// <param name="Key">The key.</param>
/// <param name="Weight">The graph's constant for the weight.</param>
/// <param name="Bias">That for the bias, or null where there is none.</param>
internal sealed record PackedMatrixEntry(string Key, string Weight, string? Bias) : LayoutEntry(Key)
{
    public override object ValueIn(Graph graph) => Pack(graph.Constants[Weight], Bias is null ? null : graph.Constants[Bias]);

    public static object Pack(Tensor weight, Tensor? bias) => Object("quantized.LinearPackedParamsBase", PythonTuple.Create([weight, bias]));

    public static object Object(string name, PythonTuple state) =>
        new PickledObject("torch._C.ScriptObject", PythonTuple.Create([state, $"__torch__.torch.classes.{name}"]));
}

/// <summary>The scale of what a module gives.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value that gets codes; null for a module that nothing runs through, whose scale is 1.</param>
/// <param name="Shape">The shape of the tensor that holds it.</param>
internal sealed record ScaleEntry(string Key, string? Value, Shape Shape) : LayoutEntry(Key)
{
    public override object ValueIn(Graph graph) => Tensor.From([Value is null ? 1f : graph.QuantizeOf(Value)!.Parameters.Scale], Shape);
}

/// <summary>The zero point of what a module gives.</summary>
/// <param name="Key">The key.</param>
/// <param name="Value">The value that gets codes; null for a module that nothing runs through, whose zero point is 0.</param>
/// <param name="Shape">The shape of the tensor that holds it.</param>
/// <param name="IsInt32">Whether the tensor is of int32, not int64.</param>
internal sealed record ZeroPointEntry(string Key, string? Value, Shape Shape, bool IsInt32 = false) : LayoutEntry(Key)
{
    public override object ValueIn(Graph graph)
    {
        int zeroPoint = Value is null ? 0 : graph.QuantizeOf(Value)!.Parameters.ZeroPoint;
        return IsInt32 ? Tensor.From([zeroPoint], Shape) : Tensor.From([(long)zeroPoint], Shape);
    }
}
