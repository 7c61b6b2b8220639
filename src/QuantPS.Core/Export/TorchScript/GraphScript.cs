using System.Collections.Immutable;
using System.Text;
using QuantPS.Checkpoints;
using QuantPS.Engine;
using static QuantPS.Export.ScriptText;

namespace QuantPS.Export;

/// <summary>
/// Translates a graph to a script module. Each value that the result needs becomes a variable: codes where an operator <c>quantized::</c> gives
/// them from codes, as the engine's lowering has it, else floats.
/// </summary>
internal sealed class GraphScript
{
    private const string Quint8 = "13", Float32 = "6";
    private readonly Graph _graph;
    private readonly IReadOnlyDictionary<string, TensorType> _types;
    private readonly Dictionary<string, string> _floats = [], _packed = [], _results = [];
    private readonly Dictionary<Tensor, string> _tables = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, CodesVariable> _codes = [];
    private readonly ScriptNames _variables = new(), _attributes = new();
    private readonly PythonDict _state = new();
    private readonly List<object?> _constants = [];
    private readonly StringBuilder _fields = new(), _forward = new();
    private string _methods = "";
    private int _version = ScriptModule.OldestVersion;

    private GraphScript(Graph graph)
    {
        (_graph, _types) = (graph, graph.InferTypes(1));
        for (int i = 0; i < graph.Inputs.Length; i++) _floats[graph.Inputs[i].Name] = i == 0 ? "x" : $"x{i + 1}";
        _state.Set("training", false);
    }

    /// <summary>The script module of a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="values">The values that it gives as a list; where empty, it gives the graph's output as one tensor, or several as a tuple.</param>
    public static ScriptModule Translate(Graph graph, ImmutableArray<string> values)
    {
        foreach (string value in values)
            if (graph.Find(value) is null) throw new ArgumentException($"There is no value '{value}': no node has this name.", nameof(values));
        var script = new GraphScript(graph);
        string parameters = string.Join(", ", graph.Inputs.Select(input => $"{script._floats[input.Name]}: Tensor"));
        (string type, string result) = values.IsEmpty
            ? Given([.. graph.Outputs.Select(script.Floats)])
            : ("List[Tensor]", List([.. values.Select(value => graph.Find(value) is Quantize codes ? script.Codes(codes).Variable : script.Floats(value))]));
        string source = $"""
            class Model(Module):
              __parameters__ = []
              __buffers__ = []
              training : bool
            {script._fields}{script._methods}  def forward(self: {ScriptModule.ClassName}, {parameters}) -> {type}:
            {script._forward}    return {result}

            """.ReplaceLineEndings("\n");
        return new ScriptModule(source, script._state, script._constants, script._version);
    }

    /// <summary>A float input of a node: a variable, or a constant.</summary>
    public string Floats(Node node, int input) => Floats(node.Inputs[input]);

    /// <summary>The codes that an input of a node is dequantized from, or null.</summary>
    public CodesVariable? Codes(Node node, int input) =>
        Producer(node.Inputs[input]) is Dequantize dequantize && _graph.Find(dequantize.Inputs[0]) is Quantize quantize ? Codes(quantize) : null;

    /// <summary>The codes that all inputs of a node are dequantized from, or null.</summary>
    public IEnumerable<string>? AllCodes(Node node)
    {
        CodesVariable?[] all = [.. node.Inputs.Select((_, i) => Codes(node, i))];
        return all.Contains(null) ? null : all.Select(codes => codes!.Value.Variable);
    }

    /// <summary>The bias of a convolution or linear layer, or None.</summary>
    public string Bias(Node node) => node.Inputs.Length > 2 ? Floats(node, 2) : "None";

    /// <summary>The packed parameters of a layer with an int8 weight, or null.</summary>
    public string? Packed(Node layer)
    {
        if (_packed.TryGetValue(layer.Name, out string? known)) return known;
        if (ConstantBehind(layer.Inputs[1]) is not { Element: ElementType.QInt8, Quantization.Axis: null or 0 } weight) return null;
        Tensor? bias = layer.Inputs.Length > 2 ? _graph.Constants.GetValueOrDefault(layer.Inputs[2]) : null;
        if (layer.Inputs.Length > 2 && bias is not { Element: ElementType.Float32 }) return null;
        PackedParams packed = layer is Conv2d conv ? PackedParams.OfConv(conv, weight, bias) : PackedParams.OfLinear(weight, bias);
        return _packed[layer.Name] = Attribute(layer, "_packed_params", packed);
    }

    /// <summary>An int8 weight of a recurrent module, packed with its bias.</summary>
    /// <param name="node">The module.</param>
    /// <param name="weight">The input that is the weight.</param>
    public string Packed(Recurrent node, int weight) => Attribute(node, "_packed_" + node.ParameterNames[weight - node.DataInputCount], PackedParams.OfLinear(
        _graph.Constants[node.Inputs[weight]], node.HasBias ? _graph.Constants[node.Inputs[weight + 2]] : null));

    /// <summary>A table of codes, packed; null where it is of floats, or cannot be packed: libtorch has codes of four bits in pairs.</summary>
    public PackedTable? Table(Node node, int input)
    {
        Tensor table = _graph.Constants[node.Inputs[input]];
        bool isHalf = table.Element == ElementType.QUInt4x2;
        if (!isHalf && table.Element != ElementType.QUInt8 || isHalf && table.Shape[1] % 2 != 0) return null;
        if (!_tables.TryGetValue(table, out string? attribute))
            _tables[table] = attribute = Attribute(node, "_packed_params", PackedParams.OfTable(table));
        return new(attribute, isHalf ? "4bit" : "byte");
    }

    /// <summary>Whether an input of a node is an int8 constant.</summary>
    public bool IsInt8(Node node, int input) => _graph.Constants.GetValueOrDefault(node.Inputs[input]) is { Element: ElementType.QInt8 };

    /// <summary>The tuple that the call of a recurrent module or cell gives.</summary>
    public string Results(Recurrent node) =>
        _results.TryGetValue(node.Name, out string? known) ? known : _results[node.Name] = Assign(node.Name, "_r", RecurrentScript.Call(node, this));

    /// <summary>The module or cell that a state is the last of.</summary>
    public Recurrent RecurrentOf(LastState state) => (Recurrent)_graph.Find(state.Inputs[0])!;

    /// <summary>A constant of so many zeros.</summary>
    public string Zeros(int count) => Constant(Tensor.Zeros(ElementType.Float32, [count]));

    /// <summary>A variable for an expression.</summary>
    public string Assign(string value, string suffix, string expression)
    {
        string name = _variables.Take(value, suffix);
        _forward.Append($"    {name} = {expression}\n");
        return name;
    }

    /// <summary>An expression that libtorch knows since a version of the format.</summary>
    public string Since(int version, string expression)
    {
        _version = Math.Max(_version, version);
        return expression;
    }

    /// <summary>Gives the module a method, once.</summary>
    public void Define(string method)
    {
        if (!_methods.Contains(method, StringComparison.Ordinal)) _methods += method;
    }

    /// <summary>A linear layer that quantizes its input by the input's own range, or null.</summary>
    public string? DynamicLinear(Linear linear) =>
        Producer(linear.Inputs[0]) is Dequantize dequantize && _graph.Find(dequantize.Inputs[0]) is DynamicQuantize dynamic && Packed(linear) is { } packed
            ? $"ops.quantized.linear_dynamic({Floats(dynamic, 0)}, {packed}, {Flag(dynamic.ReduceRange)})" : null;

    /// <summary>Codes that a ReLU6 leaves. libtorch's qnnpack mixes up the elements of images that are channels last.</summary>
    public string Clamp(string codes, Relu relu)
    {
        string high = Number(relu.Maximum);
        return _types[relu.Name].Shape.Rank == 4
            ? $"torch.contiguous(torch.clamp(torch.contiguous({codes}), 0.0, {high}), memory_format=2)" : $"torch.clamp({codes}, 0.0, {high})";
    }

    /// <summary>A constant with a number for each channel of an image.</summary>
    public string ChannelNumbers(ImmutableArray<float> numbers) => Constant(Tensor.From(numbers.AsSpan(), [1, numbers.Length, 1, 1]));

    private string Floats(string value)
    {
        if (_floats.TryGetValue(value, out string? known)) return known;
        if (_graph.Constants.TryGetValue(value, out Tensor? constant))
            return _floats[value] = Constant(constant, value);
        Node node = _graph.Find(value)!;
        return _floats[value] = node switch
        {
            Dropout => Floats(node, 0),
            Quantize quantize => Assign(value, "_f", $"torch.dequantize({Codes(quantize).Variable})"),
            Dequantize => Assign(value, "_f", $"torch.dequantize({Quantized(node.Inputs[0])})"),
            _ => Assign(value, "_f", NodeScripts.Of(node).Floats(node, this)),
        };
    }

    // A quantized tensor: calibrated codes, codes by their own range, or a weight.
    private string Quantized(string value) => _graph.Find(value) switch
    {
        Quantize quantize => Codes(quantize).Variable,
        DynamicQuantize dynamic => $"torch.quantize_per_tensor_dynamic({Floats(dynamic, 0)}, {Quint8}, {Flag(dynamic.ReduceRange)})",
        _ => Constant(_graph.Constants[value]),
    };

    private CodesVariable Codes(Quantize quantize)
    {
        if (!_codes.TryGetValue(quantize.Name, out CodesVariable codes)) _codes[quantize.Name] = codes = MakeCodes(quantize);
        return codes;
    }

    private CodesVariable MakeCodes(Quantize quantize)
    {
        if (Codes(quantize, 0) is { } same && same.Parameters.Equals(quantize.Parameters)) return same;
        Node? last = Producer(quantize.Inputs[0]);
        string codes = WithRelu(last as Relu, quantize) ?? OnCodes(last, new QuantizedTarget(quantize.Parameters, Relu: false))
            ?? $"torch.quantize_per_tensor({Floats(quantize, 0)}, {Parameters(quantize.Parameters)}, {Quint8})";
        return new CodesVariable(Assign(quantize.Name, "_q", codes), quantize.Parameters);
    }

    // An operator on codes that takes the ReLU behind it along, or whose codes are clamped.
    private string? WithRelu(Relu? relu, Quantize quantize)
    {
        if (relu is null || Producer(relu.Inputs[0]) is not { } before || before is Dequantize || !NodeScripts.Of(before).TakesRelu) return null;
        bool isFused = float.IsPositiveInfinity(relu.Maximum);
        string? codes = OnCodes(before, new QuantizedTarget(quantize.Parameters, isFused));
        return codes is null || isFused ? codes : Clamp(Assign(quantize.Name, "_q", codes), relu);
    }

    private string? OnCodes(Node? node, QuantizedTarget target) => node is null or Dequantize ? null : NodeScripts.Of(node).Codes(node, this, target);

    // The node whose value it is, dropouts aside.
    private Node? Producer(string value)
    {
        while (_graph.Find(value) is Dropout dropout) value = dropout.Inputs[0];
        return _graph.Find(value);
    }

    private static (string Type, string Result) Given(string[] results) => results.Length == 1
        ? ("Tensor", results[0]) : ($"Tuple[{string.Join(", ", results.Select(_ => "Tensor"))}]", $"({string.Join(", ", results)})");

    private string Attribute(Node owner, string suffix, PackedParams packed)
    {
        string name = _attributes.Take(owner.Module.Length > 0 ? owner.Module : owner.Name, suffix);
        _state.Set(name, packed.Object);
        _fields.Append($"  {name} : {packed.Type}\n");
        return $"self.{name}";
    }

    private Tensor? ConstantBehind(string value) =>
        _graph.Find(value) is Dequantize dequantize ? _graph.Constants.GetValueOrDefault(dequantize.Inputs[0]) : null;

    private string Constant(Tensor constant, string name) => constant.Element switch
    {
        ElementType.Float32 or ElementType.Int64 => Constant(constant),
        ElementType.Float16 => Assign(name, "_f", $"torch.to({Constant(constant)}, {Float32})"),
        _ => Constant(Tensor.From<float>(constant.ToFloats(), constant.Shape)),
    };

    // Weights of convolutions lie channels last, where libtorch's convolutions are fastest.
    private string Constant(Tensor tensor)
    {
        _constants.Add(tensor is { Element: ElementType.Float32, Shape.Rank: 4 } ? new ChannelsLast(tensor) : tensor);
        return $"CONSTANTS.c{_constants.Count - 1}";
    }
}
