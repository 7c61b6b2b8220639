using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>
/// Makes the quantized graph: int8 weights behind <see cref="Dequantize"/>, and <see cref="Quantize"/> with <see cref="Dequantize"/> behind
/// each value that the plan gives codes.
/// </summary>
public static class ConvertToQdq
{
    /// <summary>The quantized graph.</summary>
    /// <param name="graph">The float graph, its batch normalizations folded as far as the plan counts on it.</param>
    /// <param name="plan">What becomes int8.</param>
    /// <param name="activations">Scale and zero point of each observed value of the plan.</param>
    /// <param name="weights">Scales and zero points of each weight of the plan; a weight that is int8 already keeps its own.</param>
    public static Graph Apply(Graph graph, QuantizationPlan plan,
        IReadOnlyDictionary<string, QuantParams> activations, IReadOnlyDictionary<string, QuantParams> weights)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        var nodes = new List<Node>(graph.Nodes.Length * 3);
        // What consumers take in place of a value that has codes now.
        var renamed = new Dictionary<string, string>();

        void AddCodes(string value, string module)
        {
            if (plan.RangeOf(value) is not string range) return;
            bool isStub = graph.IsStubbed(value);
            (string quantize, string owner) = isStub ? ("quant", "quant") : ($"{value}.quantize", module);
            QuantParams parameters = plan.Fixed.GetValueOrDefault(range) ?? activations[range];
            nodes.Add(new Quantize { Name = quantize, Module = owner, Inputs = [value], Parameters = parameters });
            nodes.Add(new Dequantize { Name = $"{value}.dequantize", Module = owner, Inputs = [quantize] });
            renamed[value] = $"{value}.dequantize";
        }

        foreach (GraphInput input in graph.Inputs) AddCodes(input.Name, "");
        foreach (Node node in graph.Nodes)
        {
            foreach (string parameter in node.Inputs.AsSpan()[node.DataInputCount..])
            {
                if (!plan.Weights.ContainsKey(parameter) || !renamed.TryAdd(parameter, $"{parameter}.dequantize")) continue;
                if (!constants[parameter].Element.IsQuantized())
                    constants[parameter] = WeightQuantizer.Quantize(constants[parameter], weights[parameter]);
                nodes.Add(new Dequantize { Name = $"{parameter}.dequantize", Module = node.Module, Inputs = [parameter] });
            }
            nodes.Add(node with { Inputs = [.. node.Inputs.Select(input => renamed.GetValueOrDefault(input, input))] });
            AddCodes(node.Name, node.Module);
        }
        return graph.With(nodes: [.. nodes], constants: constants, output: renamed.GetValueOrDefault(graph.Output, graph.Output));
    }
}
