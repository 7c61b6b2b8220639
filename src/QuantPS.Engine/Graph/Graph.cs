using System.Collections.Frozen;
using System.Collections.Immutable;

namespace QuantPS.Engine;

/// <summary>
/// A network as data: nodes in the order in which they run, and constants by their PyTorch names. Immutable: passes make new graphs.
/// </summary>
/// <remarks>
/// A value is named by what gives it: a graph input, a constant or a node. Quantization is expressed in one way, QDQ: float operators
/// between <see cref="Dequantize"/> and <see cref="Quantize"/> nodes, and int8 constants behind a <see cref="Dequantize"/>.
/// </remarks>
public sealed class Graph
{
    private readonly FrozenDictionary<string, Node> _nodes;
    private readonly Lazy<FrozenDictionary<string, ImmutableArray<Node>>> _consumers;

    /// <summary>Makes a graph and checks it.</summary>
    /// <param name="inputs">The inputs.</param>
    /// <param name="nodes">The nodes; each after those whose values it takes.</param>
    /// <param name="output">The name of the value that the graph gives.</param>
    /// <param name="constants">Parameters and buffers by their PyTorch names; some may be used by no node (batch counters).</param>
    /// <param name="modules">The path of every module in the order of PyTorch's module tree, the root (an empty path) first.</param>
    /// <exception cref="GraphException">A node takes a value that is not there, two values have one name, or shapes do not fit.</exception>
    /// <param name="moreOutputs">Further values that the graph gives; none when not given.</param>
    public Graph(
        ImmutableArray<GraphInput> inputs, ImmutableArray<Node> nodes, string output,
        IReadOnlyDictionary<string, Tensor> constants, ImmutableArray<string> modules, ImmutableArray<string> moreOutputs = default)
    {
        (Inputs, Nodes, Output, Constants, Modules) = (inputs, nodes, output, constants, modules);
        Outputs = [output, .. moreOutputs.IsDefault ? [] : moreOutputs];
        var known = new Dictionary<string, Node>(nodes.Length);
        foreach (Node node in nodes)
        {
            foreach (string input in node.Inputs)
                if (!known.ContainsKey(input) && !constants.ContainsKey(input) && !inputs.Any(i => i.Name == input))
                    throw new GraphException(node.Name, $"there is no value '{input}' before it.");
            if (constants.ContainsKey(node.Name) || inputs.Any(i => i.Name == node.Name) || !known.TryAdd(node.Name, node))
                throw new GraphException(node.Name, "another value has this name.");
        }
        foreach (string given in Outputs)
            if (!known.ContainsKey(given)) throw new GraphException(given, "is the graph's output, and no node computes it.");
        _nodes = known.ToFrozenDictionary();
        _consumers = new(() => nodes
            .SelectMany(node => node.Inputs.Distinct().Select(input => (input, node)))
            .GroupBy(use => use.input)
            .ToFrozenDictionary(uses => uses.Key, uses => uses.Select(use => use.node).ToImmutableArray()));
        InferTypes(1);
    }

    /// <summary>The inputs.</summary>
    public ImmutableArray<GraphInput> Inputs { get; }

    /// <summary>The nodes in the order in which they run.</summary>
    public ImmutableArray<Node> Nodes { get; }

    /// <summary>The name of the value that the graph gives; the first where it gives several.</summary>
    public string Output { get; }

    /// <summary>The names of all values that the graph gives: <see cref="Output"/>, then others, such as the last states of a recurrent network.</summary>
    public ImmutableArray<string> Outputs { get; }

    /// <summary>Parameters and buffers by their PyTorch names.</summary>
    public IReadOnlyDictionary<string, Tensor> Constants { get; }

    /// <summary>The path of every module in the order of PyTorch's module tree, the root (an empty path) first.</summary>
    public ImmutableArray<string> Modules { get; }

    /// <summary>The node that computes a value, or null where it is an input or a constant.</summary>
    public Node? Find(string value) => _nodes.GetValueOrDefault(value);

    /// <summary>The nodes that take a value, in the order in which they run.</summary>
    public ImmutableArray<Node> ConsumersOf(string value) => _consumers.Value.GetValueOrDefault(value, []);

    /// <summary>The only node that takes a value, or null where none or several do or it is the graph's output.</summary>
    public Node? SoleConsumerOf(string value) =>
        !Outputs.Contains(value) && ConsumersOf(value) is [Node only] ? only : null;

    /// <summary>The same graph with other nodes, constants or output.</summary>
    public Graph With(ImmutableArray<Node>? nodes = null, IReadOnlyDictionary<string, Tensor>? constants = null, string? output = null,
        ImmutableArray<string>? modules = null, ImmutableArray<GraphInput>? inputs = null) =>
        new(inputs ?? Inputs, nodes ?? Nodes, output ?? Output, constants ?? Constants, modules ?? Modules, Outputs[1..]);

    /// <summary>The type of every value: inputs, constants and nodes.</summary>
    /// <param name="batch">The number of samples.</param>
    /// <param name="inputShapes">Other sample shapes for the inputs, by name; those of the graph when not given.</param>
    /// <exception cref="GraphException">Shapes do not fit a node.</exception>
    public IReadOnlyDictionary<string, TensorType> InferTypes(int batch, IReadOnlyDictionary<string, Shape>? inputShapes = null)
    {
        var types = new Dictionary<string, TensorType>(Nodes.Length + Constants.Count);
        foreach (GraphInput input in Inputs)
        {
            Shape sample = inputShapes?.GetValueOrDefault(input.Name) ?? input.Shape;
            types.Add(input.Name, new TensorType(input.Element, [batch, .. sample]));
        }
        foreach ((string name, Tensor tensor) in Constants) types.Add(name, tensor.Type);
        foreach (Node node in Nodes)
        {
            var inputs = new TensorType[node.Inputs.Length];
            for (int i = 0; i < inputs.Length; i++) inputs[i] = types[node.Inputs[i]];
            if (inputs.Length < node.DataInputCount)
                throw new GraphException(node.Name, $"{node.Operator} takes at least {node.DataInputCount} inputs and has {inputs.Length}.");
            types.Add(node.Name, node.InferType(inputs));
        }
        return types;
    }

    /// <summary>A line for each value: its name and type, its operator with what it takes, and its attributes.</summary>
    public override string ToString() => GraphText.Of(this);
}
