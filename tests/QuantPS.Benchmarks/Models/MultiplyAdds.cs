using QuantPS.Engine;

namespace QuantPS.Benchmarks.Models;

/// <summary>Counts the multiply-adds of convolutions and linear layers.</summary>
internal static class MultiplyAdds
{
    /// <summary>The multiply-adds of each such node.</summary>
    public static IReadOnlyDictionary<string, long> ByNode(Graph graph, int batch)
    {
        IReadOnlyDictionary<string, TensorType> types = graph.InferTypes(batch);
        return graph.Nodes.Where(node => node is Conv2d or Linear or Recurrent).ToDictionary(node => node.Name, node =>
        {
            if (node is Recurrent recurrent) return OfRecurrent(recurrent, types);
            Shape weight = types[node.Inputs[1]].Shape;
            return types[node.Name].Shape.ElementCount * (weight.ElementCount / weight[0]);
        });
    }

    private static long OfRecurrent(Recurrent recurrent, IReadOnlyDictionary<string, TensorType> types)
    {
        Shape x = types[recurrent.Inputs[0]].Shape;
        long weights = recurrent.Inputs.Skip(recurrent.DataInputCount).Where(name => types[name].Shape.Rank == 2).Sum(name => types[name].Shape.ElementCount);
        return x[0] * x[1] * weights;
    }

    /// <summary>Those of the whole graph.</summary>
    public static long Of(Graph graph, int batch) => ByNode(graph, batch).Values.Sum();
}
