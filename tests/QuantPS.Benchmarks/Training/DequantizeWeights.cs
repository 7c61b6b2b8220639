using QuantPS.Engine;

namespace QuantPS.Benchmarks.Training;

/// <summary>
/// Puts in the place of int8 weights what they stand for, and leaves the rounding of activations: the network computes in float what
/// training with fake quantization computes, and no int8 kernel runs.
/// </summary>
internal static class DequantizeWeights
{
    /// <summary>The graph with float weights; the same names.</summary>
    public static Graph Apply(Graph graph)
    {
        var constants = graph.Constants.ToDictionary(constant => constant.Key, constant => constant.Value.Element.IsQuantized()
            ? Tensor.From<float>(constant.Value.ToFloats(), constant.Value.Shape) : constant.Value);
        Dictionary<string, string> weights = graph.Nodes.Where(node => node is Dequantize && graph.Constants.ContainsKey(node.Inputs[0]))
            .ToDictionary(node => node.Name, node => node.Inputs[0]);
        return graph.With(
            [.. graph.Nodes.Where(node => !weights.ContainsKey(node.Name))
                .Select(node => node with { Inputs = [.. node.Inputs.Select(input => weights.GetValueOrDefault(input, input))] })],
            constants);
    }
}
