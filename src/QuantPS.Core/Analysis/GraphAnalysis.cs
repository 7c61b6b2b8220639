using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Analysis;

/// <summary>What is in a graph: layers, parameters, and how much of it is int8.</summary>
public static class GraphAnalysis
{
    /// <summary>The layers in the order in which they run. Quantizing and dequantizing belong to the layers, but for the input's.</summary>
    public static ImmutableArray<LayerInfo> Layers(Graph graph)
    {
        IReadOnlyDictionary<string, TensorType> types = graph.InferTypes(1);
        return [.. LayerNodes(graph).Select(node => Layer(graph, node, types))];
    }

    /// <summary>The nodes of <see cref="Layers"/>, one for one.</summary>
    internal static IEnumerable<Node> LayerNodes(Graph graph) => graph.Nodes.Where(node => IsLayer(graph, node));

    /// <summary>The number of weights and biases; running statistics and counters are not among them.</summary>
    public static long ParameterCount(Graph graph) =>
        graph.Nodes.SelectMany(node => Parameters(graph, node)).Distinct().Sum(name => graph.Constants[name].Shape.ElementCount);

    /// <summary>
    /// The share, from 0 to 1, of the weights of layers (not of biases and normalizations) that is quantized: in int8, in 8 or 4 bits, or in
    /// float16; 0 where there are none.
    /// </summary>
    public static double QuantizedFraction(Graph graph)
    {
        Tensor[] weights = [.. graph.Nodes.SelectMany(node => Parameters(graph, node)).Distinct()
            .Select(name => graph.Constants[name]).Where(constant => constant.Shape.Rank > 1)];
        double all = weights.Sum(weight => weight.Shape.ElementCount);
        return all == 0 ? 0 : weights.Where(weight => weight.Element != ElementType.Float32).Sum(weight => weight.Shape.ElementCount) / all;
    }

    /// <summary>What a layer with such a weight computes in, whose results are floats.</summary>
    internal static ModelPrecision PrecisionOf(Tensor? weight) => weight?.Element switch
    {
        null or ElementType.Float32 => ModelPrecision.Float32,
        ElementType.Float16 => ModelPrecision.Float16,
        _ => ModelPrecision.DynamicInt8,
    };

    /// <summary>The names of the weights and biases of an operator.</summary>
    internal static IEnumerable<string> Parameters(Graph graph, Node node)
    {
        // Of a normalization's four, the last two are statistics.
        int end = node is BatchNorm ? node.DataInputCount + 2 : node.Inputs.Length;
        for (int i = node.DataInputCount; i < end; i++) yield return graph.ConstantBehind(node.Inputs[i]);
    }

    private static bool IsLayer(Graph graph, Node node) => node switch
    {
        Quantize => graph.IsStubbed(node.Inputs[0]),
        Dequantize or DynamicQuantize => false,
        Relu => graph.Find(node.Inputs[0]) is not { } owner || !graph.IsQuantized(owner) || graph.CodedResultOf(owner) == owner.Name,
        _ => true,
    };

    private static LayerInfo Layer(Graph graph, Node node, IReadOnlyDictionary<string, TensorType> types)
    {
        bool isInt8 = node is Quantize || graph.IsQuantized(node);
        string? coded = node is Quantize ? node.Inputs[0] : graph.CodedResultOf(node);
        Tensor? weight = Parameters(graph, node).Select(name => graph.Constants[name]).FirstOrDefault(constant => constant.Element != ElementType.Float32);
        return new LayerInfo(
            node.Module.Length > 0 ? node.Module : node.Name,
            isInt8 && node is not Quantize && coded != node.Name ? $"{node.Operator}_relu" : node.Operator,
            types[node.Name].Shape,
            isInt8 ? ModelPrecision.Int8 : PrecisionOf(weight),
            Parameters(graph, node).Sum(name => graph.Constants[name].Shape.ElementCount),
            node is Quantize ? "" : node.Attributes,
            coded is null ? null : graph.QuantizeOf(coded)?.Parameters,
            weight?.Quantization);
    }
}
