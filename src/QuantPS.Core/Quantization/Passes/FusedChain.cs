using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Which operators belong together: what PyTorch's fusing makes one module (torch/ao/quantization/fuser_method_mappings.py).</summary>
public static class FusedChain
{
    /// <summary>The convolution that a batch normalization can be folded into, or null.</summary>
    public static Conv2d? FoldsInto(this Graph graph, BatchNorm2d norm) =>
        graph.Find(norm.Inputs[0]) is Conv2d conv && graph.SoleConsumerOf(conv.Name) == norm
        && graph.ConsumersOf(conv.Inputs[1]) is [_] ? conv : null;

    /// <summary>
    /// The last node of the chain that starts at an operator: Conv (+BN) (+ReLU), Linear+ReLU, BN+ReLU, Add+ReLU; the operator itself where
    /// nothing follows that belongs to it.
    /// </summary>
    public static Node EndOfChain(this Graph graph, Node start)
    {
        Node end = start;
        if (end is Conv2d && graph.SoleConsumerOf(end.Name) is BatchNorm2d norm && graph.FoldsInto(norm) == end) end = norm;
        return end is Conv2d or Linear or BatchNorm2d or Add && graph.SoleConsumerOf(end.Name) is Relu relu ? relu : end;
    }
}
