using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>
/// Makes recurrent modules and cells dynamic: int8 weights with one scale each, and inputs and hidden states that get the codes of their own
/// range as they come (torch/ao/nn/quantized/dynamic/modules/rnn.py).
/// </summary>
public static class QuantizeRecurrent
{
    /// <summary>The graph with the chosen modules dynamic.</summary>
    /// <param name="graph">A graph.</param>
    /// <param name="modules">The modules, in float.</param>
    /// <param name="reduceRange">Whether codes stay within 0..127.</param>
    public static Graph Apply(Graph graph, IReadOnlyCollection<Recurrent> modules, bool reduceRange)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach (string weight in modules.SelectMany(WeightsOf).Distinct())
            constants[weight] = WeightQuantizer.Quantize(constants[weight], WeightQuantizer.Observe(constants[weight], perChannel: false));
        return graph.With(
            nodes: [.. graph.Nodes.Select(node => node is Recurrent recurrent && modules.Contains(recurrent) ? recurrent with { ReduceRange = reduceRange } : node)],
            constants: constants);
    }

    /// <summary>The names of a module's weights; biases are not among them.</summary>
    public static IEnumerable<string> WeightsOf(Recurrent module)
    {
        for (int layer = 0; layer < module.Layers; layer++)
            for (int direction = 0; direction < module.Directions; direction++)
                for (int i = 0; i < 2; i++)
                    yield return module.Inputs[module.ParameterStart(layer, direction) + i];
    }
}
