using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>
/// Makes Linear layers dynamic: int8 weights, and inputs that get the codes of their own range as they come
/// (torch/ao/nn/quantized/dynamic/modules/linear.py).
/// </summary>
public static class InsertDynamicQuantize
{
    /// <summary>The graph with the chosen layers dynamic.</summary>
    /// <param name="graph">A float graph.</param>
    /// <param name="layers">The layers.</param>
    /// <param name="reduceRange">Whether inputs use the codes 0..127 alone.</param>
    public static Graph Apply(Graph graph, IReadOnlyCollection<Linear> layers, bool reduceRange)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        var nodes = new List<Node>(graph.Nodes.Length + 3 * layers.Count);
        foreach (Node node in graph.Nodes)
        {
            if (node is not Linear linear || !layers.Contains(linear))
            {
                nodes.Add(node);
                continue;
            }
            (string input, string weight) = (node.Inputs[0], node.Inputs[1]);
            if (!constants[weight].Element.IsQuantized())
            {
                constants[weight] = WeightQuantizer.Quantize(constants[weight], WeightQuantizer.Observe(constants[weight], perChannel: false));
                nodes.Add(new Dequantize { Name = $"{weight}.dequantize", Module = node.Module, Inputs = [weight] });
            }
            nodes.Add(new DynamicQuantize { Name = $"{node.Name}.input.quantize", Module = node.Module, Inputs = [input], ReduceRange = reduceRange });
            nodes.Add(new Dequantize { Name = $"{node.Name}.input.dequantize", Module = node.Module, Inputs = [$"{node.Name}.input.quantize"] });
            nodes.Add(node with { Inputs = [$"{node.Name}.input.dequantize", $"{weight}.dequantize", .. node.Inputs.AsSpan()[2..]] });
        }
        return graph.With(nodes: [.. nodes], constants: constants);
    }
}
