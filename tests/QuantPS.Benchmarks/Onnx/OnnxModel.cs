using QuantPS.Engine;

namespace QuantPS.Benchmarks.Onnx;

/// <summary>
/// Writes a graph as an ONNX model: float operators, and QuantizeLinear and DequantizeLinear where the graph has Quantize and Dequantize.
/// Nodes keep their names.
/// </summary>
internal sealed class OnnxModel
{
    private readonly Graph _graph;
    private readonly IReadOnlyDictionary<string, TensorType> _types;
    private readonly ProtobufMessage _message = new();
    private readonly HashSet<string> _initializers = [];

    private OnnxModel(Graph graph, IReadOnlyDictionary<string, TensorType> types) => (_graph, _types) = (graph, types);

    /// <summary>The model as the content of a file.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="batch">The number of samples of a run.</param>
    public static byte[] Write(Graph graph, int batch)
    {
        IReadOnlyDictionary<string, TensorType> types = graph.InferTypes(batch);
        var model = new OnnxModel(graph, types);
        foreach (Node node in graph.Nodes) model.Translate(node);
        string input = graph.Inputs[0].Name;
        model._message.Text(2, "graph")
            .Message(11, OnnxMessages.FloatValue(input, types[input].Shape))
            .Message(12, OnnxMessages.FloatValue(graph.Output, types[graph.Output].Shape));
        return OnnxMessages.Model(model._message).ToArray();
    }

    private void Translate(Node node)
    {
        switch (node)
        {
            case Quantize quantize:
                Emit(node, "QuantizeLinear", [node.Inputs[0], .. Parameters(quantize)]);
                break;
            case Dequantize when _graph.Find(node.Inputs[0]) is Quantize quantize:
                Emit(node, "DequantizeLinear", [quantize.Name, .. Parameters(quantize)]);
                break;
            case Dequantize when _graph.Find(node.Inputs[0]) is DynamicQuantize || IsDynamicWeight(node): break;
            case Dequantize:
                DequantizeWeight(node, _graph.Constants[node.Inputs[0]]);
                break;
            case DynamicQuantize:
                _message.Message(1, OnnxMessages.Node(
                    node.Name, "DynamicQuantizeLinear", node.Inputs, [node.Name, $"{node.Name}.scale", $"{node.Name}.zero_point"], []));
                break;
            case Linear when DynamicCodes(node) is { } codes:
                TranslateDynamic(node, codes);
                break;
            case Lstm { HasInitialStates: false, Bidirectional: false, HasBias: true } lstm: Translate(lstm); break;
            case Conv2d conv:
                Emit(node, "Conv", [node.Inputs[0], .. Weights(node)], [.. Window(conv.Window), ("dilations", Pair(conv.Window.Dilation)), ("group", [conv.Groups])]);
                break;
            case Linear when _types[node.Inputs[0]].Shape.Rank > 2:
                TranslateSteps(node);
                break;
            case Linear:
                Emit(node, "Gemm", [node.Inputs[0], .. Weights(node)], ("transB", [1]));
                break;
            case MaxPool2d { Window: { CeilMode: false, Dilation: var dilation } window } when dilation == 1:
                Emit(node, "MaxPool", node.Inputs, [.. Window(window)]);
                break;
            case AdaptiveAvgPool2d pool when pool.Output == 1:
                Emit(node, "GlobalAveragePool", node.Inputs);
                break;
            case Add: Emit(node, "Add", node.Inputs); break;
            case Relu { Maximum: float.PositiveInfinity }: Emit(node, "Relu", node.Inputs); break;
            case Flatten: Emit(node, "Flatten", node.Inputs, ("axis", [1])); break;
            case LayerNorm norm:
                _message.Message(1, OnnxMessages.Node(node.Name, "LayerNormalization", [node.Inputs[0], .. Weights(node)], [node.Name], [])
                    .Message(5, OnnxMessages.Attribute("epsilon", norm.Epsilon)));
                break;
            case Gelu { Approximate: false }: EmitOwn(node, "Gelu"); break;
            case Attention { DataInputCount: 3 } attention: EmitOwn(node, "MultiHeadAttention", ("num_heads", [attention.Heads])); break;
            case Tanh: Emit(node, "Tanh", node.Inputs); break;
            case SelectStep select:
                Initializer<long>($"{node.Name}.step", Shape.Scalar, [select.Step]);
                Emit(node, "Gather", [node.Inputs[0], $"{node.Name}.step"], ("axis", [1]));
                break;
            case Dropout: Emit(node, "Identity", node.Inputs); break;
            default: throw new NotSupportedException($"{node.Operator} has no ONNX here.");
        }
    }

    private void Translate(Lstm lstm)
    {
        string x = $"{lstm.Name}.steps";
        Emit(x, "Transpose", [lstm.Inputs[0]], ("perm", [1, 0, 2]));
        for (int layer = 0; layer < lstm.Layers; layer++)
        {
            string name = $"{lstm.Name}.layer{layer}";
            Tensor[] parameters = [.. Enumerable.Range(lstm.ParameterStart(layer, 0), 4).Select(input => WeightOf(lstm.Inputs[input]))];
            bool isInt8 = parameters[0].Element == ElementType.QInt8;
            foreach ((string part, Tensor weight) in new[] { ("W", parameters[0]), ("R", parameters[1]) })
            {
                int rows = weight.Shape[0], columns = weight.Shape[1];
                if (isInt8)
                {
                    Initializer<sbyte>($"{name}.{part}", [1, columns, rows], Matrix.Transposed<sbyte>(OnnxLstm.Rows(weight.As<sbyte>()), rows));
                    Initializer<float>($"{name}.{part}.scale", [1], [weight.Quantization!.Scale]);
                    Initializer<sbyte>($"{name}.{part}.zero_point", [1], [0]);
                }
                else Initializer<float>($"{name}.{part}", [1, rows, columns], OnnxLstm.Rows(weight.As<float>()));
            }
            Initializer<float>($"{name}.B", [1, 2 * parameters[2].Shape[0]], [.. OnnxLstm.Rows(parameters[2].As<float>()), .. OnnxLstm.Rows(parameters[3].As<float>())]);
            string[] inputs = [x, $"{name}.W", $"{name}.R", $"{name}.B"];
            if (isInt8) inputs = [.. inputs, "", "", "", "", $"{name}.W.scale", $"{name}.W.zero_point", $"{name}.R.scale", $"{name}.R.zero_point"];
            _message.Message(1, OnnxMessages.Node(
                name, isInt8 ? "DynamicQuantizeLSTM" : "LSTM", inputs, [name], [("hidden_size", [lstm.HiddenSize])], isInt8 ? OnnxMessages.RuntimeDomain : ""));
            Initializer<long>("direction", [1], [1]);
            Emit(x = $"{name}.states", "Squeeze", [name, "direction"]);
        }
        Emit(lstm.Name, "Transpose", [x], ("perm", [1, 0, 2]));
    }

    private Tensor WeightOf(string value) => _graph.Constants[_graph.Find(value) is Dequantize dequantize ? dequantize.Inputs[0] : value];

    private bool IsDynamicWeight(Node dequantize) =>
        _graph.SoleConsumerOf(dequantize.Name) is Linear linear && linear.Inputs[1] == dequantize.Name && DynamicCodes(linear) is not null;

    private DynamicQuantize? DynamicCodes(Node linear) =>
        _graph.Find(linear.Inputs[0]) is Dequantize dequantize ? _graph.Find(dequantize.Inputs[0]) as DynamicQuantize : null;

    // As ONNX Runtime's own dynamic quantization writes it, which its optimizer fuses to one operator.
    private void TranslateDynamic(Node node, DynamicQuantize codes)
    {
        Tensor weight = _graph.Constants[_graph.Find(node.Inputs[1])!.Inputs[0]];
        (int outputs, int inputs) = (weight.Shape[0], weight.Shape[1]);
        string name = node.Name;
        Initializer<sbyte>($"{name}.weight", [inputs, outputs], Matrix.Transposed(weight.As<sbyte>(), outputs));
        Initializer<sbyte>($"{name}.weight.zero_point", Shape.Scalar, [0]);
        Initializer<float>($"{name}.weight.scale", Shape.Scalar, [weight.Quantization!.Scale]);
        Initializer(node.Inputs[2], [outputs], _graph.Constants[node.Inputs[2]].As<float>());
        Emit($"{name}.sums", "MatMulInteger", [codes.Name, $"{name}.weight", $"{codes.Name}.zero_point", $"{name}.weight.zero_point"]);
        Emit($"{name}.float", "Cast", [$"{name}.sums"], ("to", [1]));
        Emit($"{name}.scale", "Mul", [$"{codes.Name}.scale", $"{name}.weight.scale"]);
        Emit($"{name}.scaled", "Mul", [$"{name}.float", $"{name}.scale"]);
        Emit(name, "Add", [$"{name}.scaled", node.Inputs[2]]);
    }

    // A layer of each step of a sequence, which Gemm does not take.
    private void TranslateSteps(Node linear)
    {
        Tensor weight = _graph.Constants[linear.Inputs[1]];
        string transposed = $"{linear.Name}.columns";
        Initializer<float>(transposed, [weight.Shape[1], weight.Shape[0]], Matrix.Transposed(weight.As<float>(), weight.Shape[0]));
        Initializer(linear.Inputs[2], _graph.Constants[linear.Inputs[2]].Shape, _graph.Constants[linear.Inputs[2]].As<float>());
        Emit($"{linear.Name}.products", "MatMul", [linear.Inputs[0], transposed]);
        Emit(linear.Name, "Add", [$"{linear.Name}.products", linear.Inputs[2]]);
    }

    private void DequantizeWeight(Node node, Tensor weight)
    {
        QuantParams parameters = weight.Quantization!;
        Initializer(node.Inputs[0], weight.Shape, weight.As<sbyte>());
        Shape shape = parameters.Axis is null ? Shape.Scalar : [parameters.Scales.Length];
        Initializer<float>($"{node.Name}.scale", shape, [.. Scales(parameters)]);
        Initializer<sbyte>($"{node.Name}.zero_point", shape, [.. parameters.ZeroPoints.ToArray().Select(value => (sbyte)value)]);
        (string, long[])[] axis = parameters.Axis is { } dimension ? [("axis", [dimension])] : [];
        Emit(node, "DequantizeLinear", [node.Inputs[0], $"{node.Name}.scale", $"{node.Name}.zero_point"], axis);
    }

    // The weight and the bias. The bias of an int8 operator is in units of its sums, as ONNX wants it.
    private IEnumerable<string> Weights(Node node)
    {
        string weight = node.Inputs[1];
        if (_graph.Find(weight) is Dequantize dequantize)
        {
            yield return weight;
            if (node.Inputs.Length > 2) yield return QuantizedBias(node, _graph.Constants[dequantize.Inputs[0]].Quantization!);
            yield break;
        }
        foreach (string constant in node.Inputs.AsSpan()[1..].ToArray())
        {
            Initializer(constant, _graph.Constants[constant].Shape, _graph.Constants[constant].As<float>());
            yield return constant;
        }
    }

    private string QuantizedBias(Node node, QuantParams weight)
    {
        string name = $"{node.Inputs[2]}.dequantize";
        var input = (Quantize)_graph.Find(_graph.Find(node.Inputs[0])!.Inputs[0])!;
        float[] bias = _graph.Constants[node.Inputs[2]].ToFloats();
        float[] scales = [.. Scales(weight).Select(scale => scale * input.Parameters.Scale)];
        Initializer<float>($"{name}.scale", weight.Axis is null ? Shape.Scalar : [scales.Length], scales);
        Initializer<int>(node.Inputs[2], [bias.Length], [.. bias.Select((value, i) => (int)MathF.Round(value / scales[i % scales.Length]))]);
        Emit(name, "DequantizeLinear", [node.Inputs[2], $"{name}.scale"], ("axis", [0]));
        return name;
    }

    private IEnumerable<string> Parameters(Quantize quantize)
    {
        Initializer($"{quantize.Name}.scale", Shape.Scalar, [quantize.Parameters.Scale]);
        Initializer($"{quantize.Name}.zero_point", Shape.Scalar, [(byte)quantize.Parameters.ZeroPoint]);
        return [$"{quantize.Name}.scale", $"{quantize.Name}.zero_point"];
    }

    private void Initializer<T>(string name, Shape shape, ReadOnlySpan<T> values) where T : unmanaged
    {
        if (_initializers.Add(name)) _message.Message(5, OnnxMessages.Tensor(name, shape, values));
    }

    private void Emit(Node node, string type, IEnumerable<string> inputs, params ReadOnlySpan<(string, long[])> attributes) =>
        Emit(node.Name, type, inputs, attributes);

    private void Emit(string name, string type, IEnumerable<string> inputs, params ReadOnlySpan<(string, long[])> attributes) =>
        _message.Message(1, OnnxMessages.Node(name, type, inputs, [name], attributes.ToArray()));

    /// <summary>An operator of ONNX Runtime's own.</summary>
    private void EmitOwn(Node node, string type, params ReadOnlySpan<(string, long[])> attributes) =>
        _message.Message(1, OnnxMessages.Node(node.Name, type, node.Inputs, [node.Name], attributes.ToArray(), OnnxMessages.RuntimeDomain));

    private static IEnumerable<float> Scales(QuantParams parameters) => parameters.Scales.ToArray().Select(scale => (float)scale);

    private static (string, long[])[] Window(Window2 window) =>
        [("kernel_shape", Pair(window.Kernel)), ("strides", Pair(window.Stride)), ("pads", [.. Pair(window.Padding), .. Pair(window.Padding)])];

    private static long[] Pair(Size2 size) => [size.Height, size.Width];
}
