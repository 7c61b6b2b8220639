using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Which operators belong together: what PyTorch's fusing makes one module (torch/ao/quantization/fuser_method_mappings.py).</summary>
public static class FusedChain
{
    /// <summary>The convolution or linear layer that a batch normalization can be folded into, or null.</summary>
    public static Node? FoldsInto(this Graph graph, BatchNorm norm) =>
        graph.Find(norm.Inputs[0]) is { } layer && (norm, layer) is (BatchNorm2d, Conv2d) or (BatchNorm1d, Linear)
        && graph.SoleConsumerOf(layer.Name) == norm && graph.ConsumersOf(layer.Inputs[1]) is [_] ? layer : null;

    /// <summary>
    /// The last node of the chain that starts at an operator: Conv (+BN) (+ReLU), Linear (+BN) (+ReLU), BN+ReLU, Add+ReLU; the operator itself where
    /// nothing follows that belongs to it.
    /// </summary>
    public static Node EndOfChain(this Graph graph, Node start)
    {
        Node end = start;
        if (graph.SoleConsumerOf(end.Name) is BatchNorm norm && graph.FoldsInto(norm) == end) end = norm;
        return end is Conv2d or Linear or BatchNorm or Add && graph.SoleConsumerOf(end.Name) is Relu relu ? relu : end;
    }
}
