using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Takes a quantized graph back to float: its weights are what the int8 codes stand for, and its values are not rounded.</summary>
/// <remarks>Batch normalizations that were folded stay folded.</remarks>
public static class RemoveQuantization
{
    /// <summary>The float graph; the same operators, modules and names.</summary>
    public static Graph Apply(Graph graph)
    {
        var constants = graph.Constants.ToDictionary(constant => constant.Key, constant => constant.Value.Element.IsQuantized()
            ? Tensor.From<float>(constant.Value.ToFloats(), constant.Value.Shape) : constant.Value);
        return new Graph(
            graph.Inputs,
            [.. graph.Nodes.Where(node => !IsRounding(node)).Select(node => node with { Inputs = [.. node.Inputs.Select(input => Behind(graph, input))] })],
            Behind(graph, graph.Output), constants, graph.Modules, [.. graph.Outputs[1..].Select(output => Behind(graph, output))]);
    }

    private static string Behind(Graph graph, string value)
    {
        while (graph.Find(value) is { } node && IsRounding(node)) value = node.Inputs[0];
        return value;
    }

    private static bool IsRounding(Node node) => node is Quantize or Dequantize or DynamicQuantize;
}
