using System.Globalization;
using System.Text;
using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests.Networks;

/// <summary>
/// Writes a graph as a TorchScript archive: each quantized operator as PyTorch's <c>quantized::</c> operator, the rest as plain operators.
/// </summary>
internal sealed class NetworkScript
{
    private readonly Graph _graph;
    private readonly bool _channelsLast;
    private readonly StringBuilder _attributes = new(), _state = new(), _forward = new();
    private readonly List<HostTensor> _tensors = [];
    private readonly Dictionary<string, string> _floats = [];
    private readonly Dictionary<string, string> _codes = [];
    private int _count;

    private NetworkScript(Graph graph, bool channelsLast)
    {
        (_graph, _channelsLast) = (graph, channelsLast);
        _floats[graph.Inputs[0].Name] = "x";
    }

    /// <summary>The network to compare layer by layer: <c>forward</c> gives the codes of every Quantize in order, then the output.</summary>
    public static byte[] OfLayers(Graph graph)
    {
        var script = new NetworkScript(graph, channelsLast: false);
        IEnumerable<string> codes = [.. graph.Nodes.OfType<Quantize>().Select(quantize => $"torch.int_repr({script.Codes(quantize)})")];
        string results = string.Join(", ", [.. codes, script.Float(graph.Output)]);
        return script.Archive("List[Tensor]", $"annotate(List[Tensor], [{results}])");
    }

    /// <summary>The network to run: <c>forward</c> gives the output alone, and float weights of convolutions lie channels last.</summary>
    public static byte[] OfOutput(Graph graph)
    {
        var script = new NetworkScript(graph, channelsLast: true);
        return script.Archive("Tensor", script.Float(graph.Output));
    }

    private byte[] Archive(string type, string result) => TorchScriptArchive.Write($"""
          __parameters__ = []
          __buffers__ = []
          training : bool
        {_attributes}  def __getstate__(self: __torch__.M) -> List[Tensor]:
            return annotate(List[Tensor], [])
          def __setstate__(self: __torch__.M, state: List[Tensor]) -> NoneType:
            self.training = False
        {_state}    return None
          def forward(self: __torch__.M, x: Tensor) -> {type}:
        {_forward}    return {result}

        """, _tensors);

    /// <summary>The variable of a quantized value.</summary>
    private string Codes(Quantize quantize)
    {
        if (_codes.TryGetValue(quantize.Name, out string? known)) return known;
        string numbers = $"{Number(quantize.Parameters.Scales[0])}, {quantize.Parameters.ZeroPoint}";
        Node? last = Producer(quantize.Inputs[0]);
        (Relu? relu, Node? node) = last is Relu found && Producer(found.Inputs[0]) is Conv2d or Linear or Add or BatchNorm2d
            ? (found, Producer(found.Inputs[0])) : (null, last);
        string suffix = relu is { Maximum: float.PositiveInfinity } ? "_relu" : "";
        string? first = node is null || node.Inputs.IsEmpty ? null : Operand(node.Inputs[0]);
        string? code = (first is null ? null : node) switch
        {
            Conv2d conv when Weight(conv) is { } packed => $"ops.quantized.conv2d{suffix}({first}, {packed}, {numbers})",
            Linear linear when Weight(linear) is { } packed => $"ops.quantized.linear{suffix}({first}, {packed}, {numbers})",
            Add add when Operand(add.Inputs[1]) is { } second => $"ops.quantized.add{suffix}({first}, {second}, {numbers})",
            BatchNorm2d norm => $"ops.quantized.batch_norm2d{suffix}({first}, {Parameters(norm)}, {Number(norm.Epsilon)}, {numbers})",
            Concat cat when cat.Inputs.All(input => Operand(input) is not null) =>
                $"ops.quantized.cat([{string.Join(", ", cat.Inputs.Select(Operand))}], {cat.Dimension}, {numbers})",
            Relu { Maximum: 6 } => Relu6(first!),
            Relu or MaxPool2d or AvgPool2d or AdaptiveAvgPool2d or Flatten or Pad or Slice => Plain(node!, first!),
            _ => null,
        };
        code ??= $"torch.quantize_per_tensor({Float(quantize.Inputs[0])}, {numbers}, 13)";
        string value = Assign(code);
        if (relu is { Maximum: 6 }) value = Assign(Relu6(value));
        return _codes[quantize.Name] = value;
    }

    /// <summary>The variable of a float value.</summary>
    private string Float(string value)
    {
        if (_floats.TryGetValue(value, out string? known)) return known;
        Node node = _graph.Find(value)!;
        string code = node switch
        {
            Dequantize when _graph.Find(node.Inputs[0]) is Quantize quantize => $"torch.dequantize({Codes(quantize)})",
            Quantize quantize => $"torch.dequantize({Codes(quantize)})",
            Dropout => Float(node.Inputs[0]),
            Conv2d conv => $"torch.conv2d({Float(conv.Inputs[0])}, {Constant(conv.Inputs[1])}, {Bias(conv)}, {Window(conv.Window)}, {conv.Groups})",
            Linear => $"torch.linear({Float(node.Inputs[0])}, {Constant(node.Inputs[1])}, {Bias(node)})",
            BatchNorm2d norm => $"torch.batch_norm({Float(norm.Inputs[0])}, {Parameters(norm)}, False, 0.1, {Number(norm.Epsilon)}, False)",
            Add add => $"torch.add({Float(add.Inputs[0])}, {Float(add.Inputs[1])})",
            Concat cat => $"torch.cat([{string.Join(", ", cat.Inputs.Select(Float))}], {cat.Dimension})",
            Relu { Maximum: 6 } => $"torch.hardtanh({Float(node.Inputs[0])}, 0.0, 6.0)",
            _ => Plain(node, Float(node.Inputs[0])),
        };
        return _floats[value] = Assign(code);
    }

    // Operators whose PyTorch functions take floats and codes alike.
    private static string Plain(Node node, string x) => node switch
    {
        Relu => $"torch.relu({x})",
        MaxPool2d pool => $"torch.max_pool2d({x}, {Size(pool.Window.Kernel)}, {Window(pool.Window)}, {pool.Window.CeilMode})",
        AvgPool2d { Window: var w } pool =>
            $"torch.avg_pool2d({x}, {Size(w.Kernel)}, {Size(w.Stride)}, {Size(w.Padding)}, {w.CeilMode}, {pool.CountIncludePad}, None)",
        AdaptiveAvgPool2d pool => $"torch.adaptive_avg_pool2d({x}, {Size(pool.Output)})",
        Flatten => $"torch.flatten({x}, 1)",
        Pad pad => $"torch.constant_pad_nd({x}, [{string.Join(", ", Enumerable.Range(1, pad.Before.Length).SelectMany(d => new[] { pad.Before[^d], pad.After[^d] }))}], 0)",
        Slice slice => $"torch.slice({x}, {slice.Dimension}, {slice.Start}, {slice.End?.ToString(CultureInfo.InvariantCulture) ?? "9223372036854775807"}, {slice.Step})",
        _ => throw new NotSupportedException($"{node.Operator} has no TorchScript here."),
    };

    // libtorch's qnnpack mixes up the elements of images that are channels last.
    private static string Relu6(string codes) => $"torch.contiguous(ops.quantized.relu6(torch.contiguous({codes}), False), memory_format=2)";

    // The variable of the codes that a value is dequantized from, or null.
    private string? Operand(string value) =>
        Producer(value) is Dequantize dequantize && _graph.Find(dequantize.Inputs[0]) is Quantize quantize ? Codes(quantize) : null;

    private Node? Producer(string value)
    {
        while (_graph.Find(value) is Dropout dropout) value = dropout.Inputs[0];
        return _graph.Find(value);
    }

    // The packed parameters of a convolution or linear layer with an int8 weight, or null.
    private string? Weight(Node node)
    {
        if (_graph.Find(node.Inputs[1]) is not Dequantize dequantize
            || !_graph.Constants.TryGetValue(dequantize.Inputs[0], out Tensor? weight) || weight.Element != ElementType.QInt8)
            return null;
        QuantParams parameters = weight.Quantization!;
        string codes = State(HostTensor.From(weight.As<sbyte>(), [.. weight.Shape.Select(size => (long)size)]));
        string quantized = parameters.Axis is null
            ? $"torch._make_per_tensor_quantized_tensor({codes}, {Number(parameters.Scales[0])}, 0)"
            : $"torch._make_per_channel_quantized_tensor({codes}, {State(HostTensor.From(parameters.Scales))}, {State(HostTensor.From(parameters.ZeroPoints))}, 0)";
        string bias = node.Inputs.Length > 2 ? State(HostTensor.From(_graph.Constants[node.Inputs[2]].As<float>())) : "None";
        return node is Conv2d conv
            ? Attribute("__torch__.torch.classes.quantized.Conv2dPackedParamsBase", $"ops.quantized.conv2d_prepack({quantized}, {bias}, {Window(conv.Window)}, {conv.Groups})")
            : Attribute("__torch__.torch.classes.quantized.LinearPackedParamsBase", $"ops.quantized.linear_prepack({quantized}, {bias})");
    }

    private string Parameters(BatchNorm2d norm) => string.Join(", ", norm.Inputs.Skip(1).Select(Constant));

    private string Bias(Node node) => node.Inputs.Length > 2 ? Constant(node.Inputs[2]) : "None";

    // A float parameter; int8 ones are dequantized.
    private string Constant(string value)
    {
        if (_floats.TryGetValue(value, out string? known)) return known;
        Tensor tensor = _graph.Constants[_graph.Find(value) is Dequantize dequantize ? dequantize.Inputs[0] : value];
        string state = State(HostTensor.From<float>(tensor.ToFloats(), [.. tensor.Shape.Select(size => (long)size)]));
        return _floats[value] = Attribute("Tensor", _channelsLast && tensor.Shape.Rank == 4 ? $"torch.contiguous({state}, memory_format=2)" : state);
    }

    private string State(HostTensor tensor)
    {
        _tensors.Add(tensor);
        return $"state[{_tensors.Count - 1}]";
    }

    private string Attribute(string type, string value)
    {
        string name = $"p{_count++}";
        _attributes.Append($"  {name} : {type}\n");
        _state.Append($"    self.{name} = {value}\n");
        return $"self.{name}";
    }

    private string Assign(string code)
    {
        string name = $"v{_count++}";
        _forward.Append($"    {name} = {code}\n");
        return name;
    }

    private static string Window(Window2 window) => $"{Size(window.Stride)}, {Size(window.Padding)}, {Size(window.Dilation)}";

    private static string Size(Size2 size) => $"[{size.Height}, {size.Width}]";

    // A literal that the parser takes for a float: with a point or an exponent.
    private static string Number(double value)
    {
        string text = value.ToString("R", CultureInfo.InvariantCulture);
        return text.AsSpan().IndexOfAny('.', 'E') < 0 ? text + ".0" : text;
    }
}
