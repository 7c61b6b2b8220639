namespace QuantPS.Engine.Execution.Lowering;

/// <summary>What the rules ask about the graph.</summary>
internal sealed class LoweringContext
{
    private readonly Graph _graph;
    private readonly CompileOptions _options;
    private readonly IReadOnlyDictionary<string, TensorType> _types;
    private readonly Dictionary<string, Value> _values = [];

    public LoweringContext(Graph graph, CompileOptions options)
    {
        if (graph.Inputs.Length != 1)
            throw new ArgumentException($"The engine runs graphs with one input, and this one has {graph.Inputs.Length}.", nameof(graph));
        (_graph, _options, Input) = (graph, options, graph.Inputs[0]);
        var shapes = options.InputShape is { } shape ? new Dictionary<string, Shape> { [Input.Name] = shape } : null;
        _types = graph.InferTypes(1, shapes);
        if (options.MaxBatch > 1) graph.InferTypes(options.MaxBatch, shapes);
        Names = graph.Nodes.Select(node => node.Name).Append(Input.Name).ToHashSet();
        foreach (string tap in options.Taps ?? new HashSet<string>())
            if (!Names.Contains(tap) || IsConstant(tap))
                throw new ArgumentException($"There is no value '{tap}' to tap: neither the input nor a node that computes something has this name.", nameof(options));
    }

    public GraphInput Input { get; }

    public int MaxBatch => _options.MaxBatch;

    public QuantizationBackend Backend => _options.Backend;

    /// <summary>The names of the input and of all nodes.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>Whether an operation reads the caller's input already.</summary>
    public bool InputIsRead { get; set; }

    /// <summary>The value of a name; the same object each time.</summary>
    public Value Value(string name)
    {
        if (_values.TryGetValue(name, out Value? value)) return value;
        value = IsConstant(name) ? new Value(name, TensorType.Float(_types[name].Shape)) { Constant = ConstantOf(name)!.ToFloats() } : new Value(name, _types[name]);
        _values.Add(name, value);
        return value;
    }

    /// <summary>Whether the value must be computed for itself: the graph gives it, or a tap sees it.</summary>
    public bool IsShown(string value) => value == _graph.Output || _options.Taps?.Contains(value) is true;

    /// <summary>The value that a chain of dropouts passes on.</summary>
    public string Resolve(string value)
    {
        while (_graph.Find(value) is Dropout dropout) value = dropout.Inputs[0];
        return value;
    }

    /// <summary>The node whose value it is, dropouts aside; null for inputs and constants.</summary>
    public Node? Producer(string value) => _graph.Find(Resolve(value));

    /// <summary>The node whose value it is, if nothing but the one asking needs that value; dropouts aside.</summary>
    public Node? SoleProducer(string value)
    {
        while (true)
        {
            if (IsShown(value) || _graph.SoleConsumerOf(value) is null) return null;
            if (_graph.Find(value) is not Dropout dropout) return _graph.Find(value);
            value = dropout.Inputs[0];
        }
    }

    public bool IsConstant(string value) => ConstantOf(value) is not null;

    /// <summary>The constant that a float value is: a float one, or codes behind a Dequantize.</summary>
    public Tensor? ConstantOf(string value)
    {
        string name = _graph.Find(value) is Dequantize dequantize ? dequantize.Inputs[0] : value;
        return _graph.Constants.GetValueOrDefault(name);
    }

    /// <summary>The codes that a float value is dequantized from, with a scale known beforehand; else null.</summary>
    public Value? Codes(string value) =>
        Producer(value) is Dequantize dequantize && !IsConstant(dequantize.Name) && _types[dequantize.Inputs[0]].Quantization is not null
            ? Value(dequantize.Inputs[0]) : null;

    /// <summary>The int8 constant that a weight is dequantized from, per tensor or per output channel; else null.</summary>
    public Tensor? Int8Weight(string value) =>
        _graph.Find(value) is Dequantize && ConstantOf(value) is { Element: ElementType.QInt8, Quantization: { Axis: null or 0 } } weight ? weight : null;

    /// <summary>The constant that a parameter is.</summary>
    /// <exception cref="GraphException">It is not a constant.</exception>
    public Tensor Constant(Node node, int input) =>
        ConstantOf(node.Inputs[input])
        ?? throw new GraphException(node.Name, $"the engine needs '{node.Inputs[input]}' to be a constant.");

    /// <summary>The numbers of a parameter.</summary>
    /// <exception cref="GraphException">It is not a constant.</exception>
    public float[] Parameter(Node node, int input) => Constant(node, input).ToFloats();

    /// <summary>The numbers of a bias; null where the node has none.</summary>
    /// <exception cref="GraphException">It is not a constant.</exception>
    public float[]? Bias(Node node) => node.Inputs.Length > 2 ? Parameter(node, 2) : null;
}
