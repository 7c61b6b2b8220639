using System.Collections.Immutable;
using System.Diagnostics;
using QuantPS.Checkpoints;
using QuantPS.Checkpoints.Layout;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Zoo;

/// <summary>
/// Builds the graph of an architecture with the parameters of a state dict: float, dynamic int8 or static int8, fused or not, as the keys
/// tell. The passes that quantize a float model also make the quantized graphs here.
/// </summary>
internal sealed class StateDictLoader
{
    private static readonly QuantParams s_unknown = QuantParams.PerTensor(1, 0);

    private readonly Architecture _architecture;
    private readonly PresentLayout _layout;

    /// <summary>Reads a state dict of any layout that PyTorch has had.</summary>
    public StateDictLoader(Architecture architecture, StateDict state) => (_architecture, _layout) = (architecture, PresentLayout.Of(state));

    /// <summary>The float network, before anything is known but shapes, for the number of classes of the state dict.</summary>
    public Graph Empty => field ??= BuildEmpty();

    private StateDict State => _layout.State;

    /// <summary>The graph with the parameters of the state dict.</summary>
    /// <param name="reduceRange">Whether dynamic layers take codes of 7 bits.</param>
    /// <exception cref="QuantPSException"><c>StateDictMismatch</c>: the state dict does not fit the architecture.</exception>
    public Graph Load(bool reduceRange)
    {
        if (TrainingLayout.Fits(State)) return LoadTrained();
        bool isFolded = Empty.Nodes.OfType<BatchNorm>().All(norm => !State.ContainsKey(norm.Inputs[3]))
            && Empty.Nodes.OfType<Conv2d>().Any(conv => State.ContainsKey($"{conv.Module}.bias"));
        return IsStatic() ? LoadStatic(isFolded) : Fill(Dynamic(WithBiases(isFolded ? FoldBatchNorm.Apply(Empty) : Empty), reduceRange), _ => null);
    }

    private Graph LoadStatic(bool isFolded)
    {
        var options = new PlanOptions { Fuse = isFolded, SkipModules = FloatModules() };
        Graph graph = WithBiases(StaticQuantizer.Prepare(Empty, options));
        QuantizationPlan plan = QuantizationPlanner.Create(graph, options);
        graph = ConvertToQdq.Apply(graph, plan,
            plan.Observed.ToDictionary(value => value, _ => s_unknown), plan.Weights.Keys.ToDictionary(name => name, _ => s_unknown));
        return Fill(graph, plan.RangeOf);
    }

    private Graph LoadTrained()
    {
        bool isFused = TrainingLayout.IsFused(Empty, State);
        var options = new PlanOptions { Fuse = isFused };
        Graph graph = isFused ? ReplaceRelu6.Apply(Empty) : Empty;
        QuantizationPlan plan = QuantizationPlanner.Create(graph, options);
        StateEntry[] entries = [.. TrainingLayout.Of(graph, plan, isFused)];
        Check(graph, entries);
        Graph trained = StaticQuantizer.Prepare(graph.With(constants: Constants(graph, entries)), options);
        var quantizers = new TrainedQuantizers(State);
        return ConvertToQdq.Apply(trained, plan,
            plan.Observed.ToDictionary(value => value, value => quantizers.OfActivation(TrainingLayout.OfValue(graph, value, isFused))),
            plan.Weights.ToDictionary(weight => weight.Key,
                weight => quantizers.OfWeight(TrainingLayout.OfWeight(graph.Find(weight.Value)!.Module), trained.Constants[weight.Key])));
    }

    private Graph Dynamic(Graph graph, bool reduceRange)
    {
        Linear[] packed = [.. graph.Nodes.OfType<Linear>().Where(linear => State.ContainsKey($"{linear.Module}._packed_params._packed_params"))];
        if (packed.Length > 0) graph = InsertDynamicQuantize.Apply(graph, packed, reduceRange);
        foreach (IGrouping<ElementType, Node> tables in graph.Nodes.Where(node => Table(node) is not null).ToLookup(node => Table(node)!.Element))
            graph = QuantizeEmbeddings.Apply(graph, tables, fourBits: tables.Key == ElementType.QUInt4x2);
        return graph;

        Tensor? Table(Node node) =>
            node is Embedding or EmbeddingBag && State.TryGetTensor($"{node.Module}._packed_params._packed_weight", out Tensor? table) ? table : null;
    }

    private Graph Fill(Graph graph, Func<string, string?> rangeOf)
    {
        LayoutEntry[] entries = [.. ModuleLayouts.Of(graph).SelectMany(module => module.Entries)];
        Check(graph, entries);
        Dictionary<string, QuantParams> activations = Activations(entries);
        ImmutableArray<Node> nodes =
        [
            // What is fixed by its operator stands in no state dict.
            .. graph.Nodes.Select(node => node is Quantize quantize && activations.TryGetValue(rangeOf(quantize.Inputs[0])!, out QuantParams? parameters)
                ? quantize with { Parameters = parameters }
                : node),
        ];
        return graph.With(nodes: nodes, constants: Constants(graph, entries));
    }

    private void Check(Graph graph, StateEntry[] entries) => StateDictFit.Check(_architecture.Name, graph, entries, State, _layout.Missing);

    private Dictionary<string, Tensor> Constants(Graph graph, IEnumerable<StateEntry> entries)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach (StateEntry entry in entries)
        {
            if (entry is ConstantEntry { Constant: string name } && State.TryGetTensor(entry.Key, out Tensor? tensor))
            {
                constants[name] = As(tensor, constants[name].Element);
            }
            else if (entry is PackedEntry packed)
            {
                var tuple = (PythonTuple)State[packed.Key]!;
                constants[packed.Weight] = (Tensor)tuple[0]!;
                if (packed.Bias is not null) constants[packed.Bias] = As((Tensor)tuple[1]!, ElementType.Float32);
            }
        }
        return constants;
    }

    private Dictionary<string, QuantParams> Activations(LayoutEntry[] entries)
    {
        Dictionary<string, string> zeroPoints = entries.OfType<ZeroPointEntry>()
            .Where(entry => entry.Value is not null).ToDictionary(entry => entry.Value!, entry => entry.Key);
        return entries.OfType<ScaleEntry>().Where(entry => entry.Value is not null).ToDictionary(entry => entry.Value!,
            entry => QuantParams.PerTensor(Number(entry.Key), (long)Number(zeroPoints[entry.Value!])));
    }

    private double Number(string key) => StateDictFit.NumberIn(State[key])!.Value;

    private Graph BuildEmpty()
    {
        Graph graph = _architecture.Build(Zeros, _architecture.ClassCount);
        if (!graph.Constants.TryGetValue($"{_architecture.Classifier}.weight", out Tensor? classifier)) return graph;
        Shape expected = classifier.Shape;
        // A classifier for other inputs is of another network, and says nothing about the classes of this one.
        return Weight(_architecture.Classifier) is { Shape: { Rank: 2 } shape } && shape[1] == expected[1] && shape[0] != expected[0]
            ? _architecture.Build(Zeros, shape[0])
            : graph;
    }

    private bool IsStatic() =>
        State.Keys.Any(key => key.EndsWith("quant.scale", StringComparison.Ordinal))
        || State.Tensors.Any(entry => entry.Value is { Element: ElementType.QInt8, Shape.Rank: 4 });

    // Layers whose weights are in float were skipped; so were functionals, activations and normalizations without a scale, where the network
    // does without it: a stub gives their codes to what follows, or what follows is in float.
    private ImmutableArray<string> FloatModules() =>
    [
        .. from node in Empty.Nodes
           where node is Conv2d or Linear && Weight(node.Module) is { } weight && !weight.Element.IsQuantized()
               || node is Hardsigmoid or Sigmoid && State.ContainsKey($"{node.Module}.quant.scale")
               || HasScale(node) == false && (State.ContainsKey($"{node.Module}.quant.scale") || !Empty.ConsumersOf(node.Name).Any(TakesCodes))
           select node.Module,
    ];

    /// <summary>Whether the state dict has a scale for an operator that should have one; null for every other.</summary>
    private bool? HasScale(Node node) =>
        node is Add or Multiply or Concat or Hardswish || (node is BatchNorm2d norm && State.ContainsKey(norm.Inputs[3]))
            ? State.ContainsKey($"{node.Module}.scale")
            : null;

    private bool TakesCodes(Node node) => node is Conv2d or Linear
        ? Weight(node.Module) is { Element: ElementType.QInt8 }
        : HasScale(node) ?? Empty.ConsumersOf(node.Name).Any(TakesCodes);

    private Tensor? Weight(string module) => Parameter(module, "weight", 0) as Tensor;

    private object? Parameter(string module, string leaf, int packedIndex) =>
        State.TryGetValue($"{module}._packed_params._packed_params", out object? packed)
            ? packed is PythonTuple { Count: 2 } tuple ? tuple[packedIndex] : null
            : State.TryGetValue($"{module}.{leaf}", out object? value) ? value : null;

    // qnnpack stores zeros for the bias that a convolution does not have, and a layer may say that it has none.
    private Graph WithBiases(Graph graph)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        ImmutableArray<Node> nodes = [.. graph.Nodes.Select(node => node is Conv2d or Linear ? WithBias(node) : node)];
        return graph.With(nodes: nodes, constants: constants);

        Node WithBias(Node node)
        {
            string key = $"{node.Module}.bias";
            object? bias = Parameter(node.Module, "bias", 1);
            if (bias is Tensor && node.Inputs.Length == 2)
            {
                constants.Add(key, Zeros(key, [graph.Constants[node.Inputs[1]].Shape[0]], _ => throw new UnreachableException()));
                return node with { Inputs = node.Inputs.Add(key) };
            }
            bool isNone = bias is null && (State.ContainsKey(key) || State.ContainsKey($"{node.Module}._packed_params._packed_params"));
            if (!isNone || node.Inputs.Length == 2) return node;
            constants.Remove(node.Inputs[2]);
            return node with { Inputs = node.Inputs[..2] };
        }
    }

    private static Tensor As(Tensor tensor, ElementType element) =>
        tensor.Element == element || element == ElementType.QInt8 ? tensor
        : element == ElementType.Float32 ? Tensor.From<float>(tensor.ToFloats(), tensor.Shape)
        : Tensor.From([(long)tensor.ToFloats()[0]], tensor.Shape);

    private static Tensor Zeros(string name, Shape shape, Func<SeededRandom, Tensor> initial) => shape.Rank == 0
        ? Tensor.From([0L], Shape.Scalar)
        : Tensor.Zeros(ElementType.Float32, shape);
}
