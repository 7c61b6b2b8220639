using System.Runtime.InteropServices;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>
/// Folds each batch normalization into the convolution or linear layer before it: w' = w * gamma / sqrt(var + eps), b' = (b - mean) * gamma / sqrt(var + eps) + beta
/// (torch/nn/utils/fusion.py, <c>fuse_conv_bn_weights</c> and <c>fuse_linear_bn_weights</c>).
/// </summary>
/// <remarks>The folded layer keeps its module and takes the name of the normalization's value, so that values keep their names.</remarks>
public static class FoldBatchNorm
{
    /// <summary>The graph without the normalizations that could be folded. Their constants go; a bias <c>MODULE.bias</c> comes.</summary>
    public static Graph Apply(Graph graph)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        var nodes = new List<Node>(graph.Nodes.Length);
        foreach (Node node in graph.Nodes)
        {
            if (node is BatchNorm norm && graph.FoldsInto(norm) is { } layer)
                nodes[nodes.FindIndex(other => other.Name == layer.Name)] = Fold(graph, layer, norm, constants);
            else
                nodes.Add(node);
        }
        return graph.With(nodes: [.. nodes], constants: constants);
    }

    private static Node Fold(Graph graph, Node layer, BatchNorm norm, Dictionary<string, Tensor> constants)
    {
        Tensor weight = graph.Constants[layer.Inputs[1]];
        string biasName = layer.Inputs.Length > 2 ? layer.Inputs[2] : $"{layer.Module}.bias";
        // In a network of which shapes alone matter, zeros stay zeros that nobody has read.
        bool isEmpty = weight.IsUnread && norm.Inputs.Skip(1).All(input => graph.Constants[input].IsUnread);
        (Tensor foldedWeight, Tensor bias) = isEmpty
            ? (weight, Tensor.Zeros(ElementType.Float32, [weight.Shape[0]]))
            : Numbers(graph, layer, norm, weight);
        constants[layer.Inputs[1]] = foldedWeight;
        constants[biasName] = bias;
        foreach (string input in norm.Inputs.AsSpan()[1..]) constants.Remove(input);
        constants.Remove($"{norm.Module}.num_batches_tracked");
        return layer with { Name = norm.Name, Inputs = [layer.Inputs[0], layer.Inputs[1], biasName] };
    }

    private static (Tensor Weight, Tensor Bias) Numbers(Graph graph, Node layer, BatchNorm norm, Tensor weight)
    {
        // The bytes become the tensor's: large networks have no room for a second copy.
        byte[] bytes = weight.Bytes.ToArray();
        Span<float> folded = MemoryMarshal.Cast<byte, float>(bytes.AsSpan());
        float[] bias = layer.Inputs.Length > 2 ? graph.Constants[layer.Inputs[2]].As<float>().ToArray() : new float[weight.Shape[0]];
        ReadOnlySpan<float> gamma = graph.Constants[norm.Inputs[1]].As<float>(), beta = graph.Constants[norm.Inputs[2]].As<float>();
        ReadOnlySpan<float> mean = graph.Constants[norm.Inputs[3]].As<float>(), variance = graph.Constants[norm.Inputs[4]].As<float>();
        int size = folded.Length / bias.Length;
        for (int channel = 0; channel < bias.Length; channel++)
        {
            float inverse = 1f / MathF.Sqrt(variance[channel] + norm.Epsilon);
            float factor = gamma[channel] * inverse;
            foreach (ref float value in folded.Slice(channel * size, size)) value *= factor;
            bias[channel] = (bias[channel] - mean[channel]) * inverse * gamma[channel] + beta[channel];
        }
        return (new Tensor(ElementType.Float32, weight.Shape, bytes), Tensor.From<float>(bias));
    }
}
