namespace QuantPS.Engine.Execution.Lowering;

/// <summary>What the rules ask about the graph.</summary>
internal sealed class LoweringContext
{
    private readonly Graph _graph;
    private readonly CompileOptions _options;
    private readonly IReadOnlyDictionary<string, TensorType> _types;
    private readonly Dictionary<string, Value> _values = [];

    private readonly HashSet<string> _sequences = [];
    private readonly HashSet<string> _inputsRead = [];

    public LoweringContext(Graph graph, CompileOptions options)
    {
        (_graph, _options) = (graph, options);
        GraphInput? sequence = graph.Inputs.FirstOrDefault(input => input.IsSequence);
        Largest = new(options.MaxBatch, sequence is null ? 1 : options.MaxLength ?? sequence.Shape[0]);
        Dictionary<string, Shape> shapes = Shapes(Largest.Length);
        _types = graph.InferTypes(1, shapes);
        if (options.MaxBatch > 1) graph.InferTypes(options.MaxBatch, shapes);
        if (sequence is not null) FindSequences(graph.InferTypes(1, Shapes(Largest.Length + 1)));
        Names = graph.Nodes.Select(node => node.Name).Concat(graph.Inputs.Select(input => input.Name)).ToHashSet();
        foreach (string tap in options.Taps ?? new HashSet<string>())
            if (!Names.Contains(tap) || IsConstant(tap))
                throw new ArgumentException($"There is no value '{tap}' to tap: neither an input nor a node that computes something has this name.", nameof(options));
    }

    /// <summary>The largest run.</summary>
    public RunSize Largest { get; }

    public QuantizationBackend Backend => _options.Backend;

    /// <summary>How many threads will run the graph.</summary>
    public int Threads => _options.Threads;

    /// <summary>The names of the inputs and of all nodes.</summary>
    public IReadOnlySet<string> Names { get; }

    /// <summary>
    /// Whether an operation may read this value from the caller's memory itself: a graph input that no other operation reads so. From then on
    /// it counts as read.
    /// </summary>
    public bool TakeInput(string value) => _graph.Inputs.Any(input => input.Name == value) && _inputsRead.Add(value);

    /// <summary>Whether an operation reads a graph input from the caller's memory already.</summary>
    public bool IsTaken(string input) => _inputsRead.Contains(input);

    /// <summary>The value of a name; the same object each time.</summary>
    public Value Value(string name)
    {
        if (_values.TryGetValue(name, out Value? value)) return value;
        bool isSequence = _sequences.Contains(name);
        value = IsConstant(name) ? new Value(name, TensorType.Float(_types[name].Shape)) { Constant = ConstantOf(name)!.ToFloats() }
            : new Value(name, isSequence ? RowOf(_types[name]) : _types[name]) { IsSequence = isSequence };
        _values.Add(name, value);
        return value;
    }

    /// <summary>The most rows that a value can have.</summary>
    public int MaxRows(Value value) => Largest.Rows(value);

    /// <summary>The nodes that take a value.</summary>
    public IEnumerable<Node> ConsumersOf(string value) => _graph.ConsumersOf(value);

    /// <summary>Whether the value must be computed for itself: the graph gives it, or a tap sees it.</summary>
    public bool IsShown(string value) => _graph.Outputs.Contains(value) || _options.Taps?.Contains(value) is true;

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

    /// <summary>The first value of the graph that holds the same codes: layers that take one value share its codes.</summary>
    public string SharedCodes(DynamicQuantize node) => _graph.Nodes.OfType<DynamicQuantize>().First(other =>
        other.ReduceRange == node.ReduceRange && Resolve(other.Inputs[0]) == Resolve(node.Inputs[0])).Name;

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

    private Dictionary<string, Shape> Shapes(int length)
    {
        var shapes = new Dictionary<string, Shape>();
        foreach ((int index, GraphInput input) in _graph.Inputs.Index())
        {
            Shape shape = index == 0 && _options.InputShape is { } given ? given : input.Shape;
            shapes.Add(input.Name, input.IsSequence ? shape.With(0, length) : shape);
        }
        return shapes;
    }

    /// <summary>Finds the values that have a step more where the inputs have: they are sequences.</summary>
    private void FindSequences(IReadOnlyDictionary<string, TensorType> longer)
    {
        foreach ((string name, TensorType type) in _types)
        {
            Shape shape = type.Shape, other = longer[name].Shape;
            if (shape.Equals(other)) continue;
            if (shape.Rank < 2 || !shape.With(1, other[1]).Equals(other))
                throw new GraphException(name, $"has the shape {shape} for one sample: the engine needs the steps of a sequence as the dimension behind the batch.");
            _sequences.Add(name);
        }
    }

    private static TensorType RowOf(TensorType type) => type with { Shape = [1, .. type.Shape.AsSpan()[2..]] };
}
