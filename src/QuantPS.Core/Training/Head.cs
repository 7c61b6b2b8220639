using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.Training;

/// <summary>The classifier of a network: the linear layer that gives the classes.</summary>
internal static class Head
{
    /// <summary>The name under which the input of a classifier that is cut off is known.</summary>
    private const string Features = "features";

    /// <summary>The classifier of a graph, float or quantized.</summary>
    /// <exception cref="QuantPSException"><c>ClassifierNotFound</c>: something else gives the output.</exception>
    public static Linear Of(Graph graph)
    {
        Node? node = graph.Find(graph.Output);
        while (node is Quantize or Dequantize) node = graph.Find(node.Inputs[0]);
        return node as Linear ?? throw new QuantPSException("ClassifierNotFound",
            $"The network ends in {node?.Operator ?? "nothing"} and not in a linear layer, so that it has no classifier that could be replaced or trained alone.", graph.Output);
    }

    /// <summary>A float graph with a new classifier, filled as <c>torch.nn.Linear</c> is.</summary>
    public static Graph Replace(Graph graph, int classCount, ulong seed)
    {
        Linear head = Of(graph);
        Shape shape = [classCount, graph.Constants[head.Inputs[1]].Shape[1]];
        var random = new SeededRandom(seed);
        var (weight, bias) = (new float[shape.ElementCount], new float[classCount]);
        Initialization.UniformFanIn(weight, shape, random);
        Initialization.UniformFanIn(bias, shape, random);
        return WithParameters(graph, head, Tensor.From<float>(weight, shape), Tensor.From<float>(bias));
    }

    /// <summary>A float graph with the classifier of another.</summary>
    public static Graph Copy(Graph graph, Graph from)
    {
        (Linear head, Linear source) = (Of(graph), Of(from));
        Tensor weight = from.Constants[source.Inputs[1]];
        if (weight.Shape[1] != graph.Constants[head.Inputs[1]].Shape[1])
            throw new QuantPSException("FloatModelMismatch", "The float model is of another network: its classifier has another number of inputs.", head.Name);
        return WithParameters(graph, head, weight, source.Inputs.Length > 2 ? from.Constants[source.Inputs[2]] : null);
    }

    /// <summary>The modules with parameters, but for the classifier's.</summary>
    public static ImmutableArray<string> Others(Graph graph)
    {
        string head = Of(graph).Module;
        return [.. graph.Nodes.Where(node => node.Inputs.Length > node.DataInputCount && node.Module != head && node.Module.Length > 0).Select(node => node.Module).Distinct()];
    }

    /// <summary>Cuts a quantized graph before its classifier.</summary>
    /// <returns>What comes before, whose output is the features; and the classifier in float as a graph of its own.</returns>
    public static (Graph Backbone, Graph Head) Cut(Graph graph)
    {
        Linear head = Of(graph);
        string features = head.Inputs[0];
        var needed = new HashSet<string> { features };
        ImmutableArray<Node> nodes = [.. graph.Nodes.Reverse().Where(node => needed.Contains(node.Name)).Select(node =>
        {
            needed.UnionWith(node.Inputs);
            return node;
        }).ToArray().Reverse()];
        var backbone = new Graph(graph.Inputs, nodes, features, Constants(graph, nodes), graph.Modules);

        Graph plain = RemoveQuantization.Apply(graph);
        Linear alone = Of(plain) with { Inputs = [Features, .. Of(plain).Inputs[1..]] };
        Shape shape = [.. graph.InferTypes(1)[features].Shape.Skip(1)];
        return (backbone, new Graph([new GraphInput(Features, shape)], [alone], alone.Name, Constants(plain, [alone]), plain.Modules));
    }

    /// <summary>A quantized graph with another classifier.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="head">The trained classifier, as <see cref="Cut"/> gave it.</param>
    /// <param name="weight">The scales of its weight, where that is codes; those of its own range when null.</param>
    /// <param name="output">Scale and zero point of its result, where that has codes.</param>
    public static Graph Join(Graph graph, Graph head, QuantParams? weight, QuantParams? output)
    {
        Linear old = Of(graph), trained = Of(head);
        string name = graph.ConstantBehind(old.Inputs[1]);
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        Tensor values = head.Constants[trained.Inputs[1]];
        constants[name] = graph.Constants[name].Quantization is { } codes
            ? WeightQuantizer.Quantize(values, weight ?? WeightQuantizer.Observe(values, codes.Axis is not null)) : values;
        foreach (string bias in trained.Inputs.Skip(2)) constants[bias] = head.Constants[bias];
        return graph.With(constants: constants, nodes: [.. graph.Nodes.Select(node =>
            node is Quantize quantize && quantize.Inputs[0] == old.Name && output is not null ? quantize with { Parameters = output } : node)]);
    }

    private static Graph WithParameters(Graph graph, Linear head, Tensor weight, Tensor? bias)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants) { [head.Inputs[1]] = weight };
        if (head.Inputs.Length > 2) constants[head.Inputs[2]] = bias ?? Tensor.Zeros(ElementType.Float32, [weight.Shape[0]]);
        return graph.With(constants: constants);
    }

    private static Dictionary<string, Tensor> Constants(Graph graph, IEnumerable<Node> nodes) =>
        nodes.SelectMany(node => node.Inputs).Where(graph.Constants.ContainsKey).Distinct().ToDictionary(name => name, name => graph.Constants[name]);
}
