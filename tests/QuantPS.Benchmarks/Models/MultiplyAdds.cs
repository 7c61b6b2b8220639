using QuantPS.Engine;

namespace QuantPS.Benchmarks.Models;

/// <summary>Counts the multiply-adds of convolutions and linear layers.</summary>
internal static class MultiplyAdds
{
    /// <summary>The multiply-adds of each such node.</summary>
    public static IReadOnlyDictionary<string, long> ByNode(Graph graph, int batch)
    {
        IReadOnlyDictionary<string, TensorType> types = graph.InferTypes(batch);
        return graph.Nodes.Where(node => node is Conv2d or Linear).ToDictionary(node => node.Name, node =>
        {
            Shape weight = types[node.Inputs[1]].Shape;
            return types[node.Name].Shape.ElementCount * (weight.ElementCount / weight[0]);
        });
    }

    /// <summary>Those of the whole graph.</summary>
    public static long Of(Graph graph, int batch) => ByNode(graph, batch).Values.Sum();
}
