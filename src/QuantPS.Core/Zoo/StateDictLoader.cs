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
    private readonly StateDict _state;

    /// <summary>Reads a state dict of any layout that PyTorch has had.</summary>
    public StateDictLoader(Architecture architecture, StateDict state) => (_architecture, _state) = (architecture, PresentLayout.Of(state));

    /// <summary>The float network, before anything is known but shapes, for the number of classes of the state dict.</summary>
    public Graph Empty => field ??= BuildEmpty();

    /// <summary>The graph with the parameters of the state dict.</summary>
    /// <param name="reduceRange">Whether dynamic layers take codes of 7 bits.</param>
    /// <exception cref="QuantPSException"><c>StateDictMismatch</c>: the state dict does not fit the architecture.</exception>
    public Graph Load(bool reduceRange)
    {
        bool isFolded = Empty.Nodes.OfType<BatchNorm2d>().All(norm => !_state.ContainsKey(norm.Inputs[3]))
            && Empty.Nodes.OfType<Conv2d>().Any(conv => _state.ContainsKey($"{conv.Module}.bias"));
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

    private Graph Dynamic(Graph graph, bool reduceRange)
    {
        Linear[] packed = [.. graph.Nodes.OfType<Linear>().Where(linear => _state.ContainsKey($"{linear.Module}._packed_params._packed_params"))];
        return packed.Length == 0 ? graph : InsertDynamicQuantize.Apply(graph, packed, reduceRange);
    }

    private Graph Fill(Graph graph, Func<string, string?> rangeOf)
    {
        LayoutEntry[] entries = [.. ModuleLayouts.Of(graph).SelectMany(module => module.Entries)];
        StateDictFit.Check(_architecture.Name, graph, entries, _state);
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach (LayoutEntry entry in entries)
        {
            if (entry is ConstantEntry { Constant: string name } && _state.TryGetTensor(entry.Key, out Tensor? tensor))
            {
                constants[name] = As(tensor, constants[name].Element);
            }
            else if (entry is PackedEntry packed)
            {
                var tuple = (PythonTuple)_state[packed.Key]!;
                constants[packed.Weight] = (Tensor)tuple[0]!;
                if (packed.Bias is not null) constants[packed.Bias] = As((Tensor)tuple[1]!, ElementType.Float32);
            }
        }
        Dictionary<string, QuantParams> activations = Activations(entries);
        ImmutableArray<Node> nodes =
        [
            // What is fixed by its operator stands in no state dict.
            .. graph.Nodes.Select(node => node is Quantize quantize && activations.TryGetValue(rangeOf(quantize.Inputs[0])!, out QuantParams? parameters)
                ? quantize with { Parameters = parameters }
                : node),
        ];
        return graph.With(nodes: nodes, constants: constants);
    }

    private Dictionary<string, QuantParams> Activations(LayoutEntry[] entries)
    {
        Dictionary<string, string> zeroPoints = entries.OfType<ZeroPointEntry>()
            .Where(entry => entry.Value is not null).ToDictionary(entry => entry.Value!, entry => entry.Key);
        return entries.OfType<ScaleEntry>().Where(entry => entry.Value is not null).ToDictionary(entry => entry.Value!,
            entry => QuantParams.PerTensor(Number(entry.Key), (long)Number(zeroPoints[entry.Value!])));
    }

    private double Number(string key) => StateDictFit.NumberIn(_state[key])!.Value;

    private Graph BuildEmpty()
    {
        Graph graph = _architecture.Build(Zeros, _architecture.ClassCount);
        Shape expected = graph.Constants[$"{_architecture.Classifier}.weight"].Shape;
        // A classifier for other inputs is of another network, and says nothing about the classes of this one.
        return Weight(_architecture.Classifier) is { Shape: { Rank: 2 } shape } && shape[1] == expected[1] && shape[0] != expected[0]
            ? _architecture.Build(Zeros, shape[0])
            : graph;
    }

    private bool IsStatic() =>
        _state.Keys.Any(key => key.EndsWith("quant.scale", StringComparison.Ordinal))
        || _state.Tensors.Any(entry => entry.Value is { Element: ElementType.QInt8, Shape.Rank: 4 });

    // Layers whose weights are in float, and functionals and normalizations without a scale, were skipped.
    private ImmutableArray<string> FloatModules() =>
    [
        .. from node in Empty.Nodes
           where node is Conv2d or Linear && Weight(node.Module) is { } weight && !weight.Element.IsQuantized()
               || node is Add or Multiply or Concat or Hardswish && !_state.ContainsKey($"{node.Module}.scale")
               || node is BatchNorm2d norm && _state.ContainsKey(norm.Inputs[3]) && !_state.ContainsKey($"{node.Module}.scale")
           select node.Module,
    ];

    private Tensor? Weight(string module) => Parameter(module, "weight", 0) as Tensor;

    private object? Parameter(string module, string leaf, int packedIndex) =>
        _state.TryGetValue($"{module}._packed_params._packed_params", out object? packed)
            ? packed is PythonTuple { Count: 2 } tuple ? tuple[packedIndex] : null
            : _state.TryGetValue($"{module}.{leaf}", out object? value) ? value : null;

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
            bool isNone = bias is null && (_state.ContainsKey(key) || _state.ContainsKey($"{node.Module}._packed_params._packed_params"));
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
