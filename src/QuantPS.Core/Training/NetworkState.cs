using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>What training changes in a network, at one moment.</summary>
/// <param name="Tensors">Parameters and running statistics by their PyTorch names.</param>
/// <param name="BatchesTracked">How many batches the running statistics took in.</param>
/// <param name="Ranges">What each observer that saw data holds, by the value or weight that it observes: one range, or one a channel.</param>
public sealed record NetworkState(
    ImmutableDictionary<string, Tensor> Tensors, long BatchesTracked, ImmutableDictionary<string, ImmutableArray<QuantRange>> Ranges)
{
    /// <summary>A graph with these parameters and statistics.</summary>
    public Graph Apply(Graph graph)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach ((string name, Tensor tensor) in Tensors) constants[name] = tensor;
        foreach (string counter in graph.Nodes.OfType<BatchNorm>().Select(norm => $"{norm.Module}.num_batches_tracked"))
            if (constants.TryGetValue(counter, out Tensor? before))
                constants[counter] = Tensor.From<long>([before.As<long>()[0] + BatchesTracked], before.Shape);
        return graph.With(constants: constants);
    }
}
