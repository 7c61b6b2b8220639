using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>
/// ReLU6 made ReLU: the range of codes clamps from above by itself, and ReLU fuses (torchvision/models/quantization/utils.py, <c>_replace_relu</c>).
/// </summary>
public static class ReplaceRelu6
{
    /// <summary>The graph with every ReLU6 a ReLU.</summary>
    public static Graph Apply(Graph graph) =>
        graph.With(nodes: [.. graph.Nodes.Select(node => node is Relu relu ? relu with { Maximum = float.PositiveInfinity } : node)]);
}
