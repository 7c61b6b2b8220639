using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Torch.Quantization;
using TorchSharp;
using static TorchSharp.torch.nn;
using Flatten = QuantPS.Engine.Flatten;
using Hardsigmoid = QuantPS.Engine.Hardsigmoid;
using Hardswish = QuantPS.Engine.Hardswish;
using Sigmoid = QuantPS.Engine.Sigmoid;

namespace QuantPS.Torch.Network;

/// <summary>A graph computed by libtorch, node by node, with gradients and, where asked for, with fake quantization.</summary>
internal sealed class TorchNetwork
{
    private readonly Graph _graph;
    private readonly NetworkTensors _tensors;
    private readonly FakeQuantization? _fake;
    private readonly Dictionary<string, BatchNorm> _norms;
    private readonly ILookup<string, string> _lastUses;

    public TorchNetwork(Graph graph, NetworkTensors tensors, FakeQuantization? fake)
    {
        (_graph, _tensors, _fake) = (graph, tensors, fake);
        _norms = graph.Nodes.OfType<BatchNorm>()
            .Select(norm => (norm, layer: graph.FoldsInto(norm)))
            .Where(pair => pair.layer is not null && fake is not null && fake.HasWeight(pair.layer.Inputs[1]) && !fake.Observes(pair.layer.Name))
            .ToDictionary(pair => pair.layer!.Name, pair => pair.norm);
        _lastUses = graph.Inputs.Select(input => input.Name).Concat(graph.Nodes.Select(node => node.Name))
            .Where(value => value != graph.Output && graph.ConsumersOf(value).Length > 0)
            .ToLookup(value => graph.ConsumersOf(value)[^1].Name);
    }

    /// <summary>Whether a pass in training draws random numbers.</summary>
    public bool IsRandom => _graph.Nodes.Any(node => node is Dropout);

    /// <summary>The graph's output for a batch.</summary>
    /// <param name="input">The batch; it stays the caller's.</param>
    /// <param name="mode">What happens besides.</param>
    /// <param name="watch">Is shown every value right after it was computed.</param>
    public torch.Tensor Forward(torch.Tensor input, ForwardMode mode, Action<Node, torch.Tensor>? watch = null)
    {
        // Channels last in memory: libtorch's convolutions need no other order then, and what follows keeps it.
        input = input.dim() == 4 ? input.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : input.alias();
        string name = _graph.Inputs[0].Name;
        var values = new Dictionary<string, torch.Tensor> { [name] = Coded(name, input, mode) };
        foreach (Node node in _graph.Nodes)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            values[node.Name] = Coded(node.Name, Compute(node, values, mode), mode).MoveToOuterDisposeScope();
            watch?.Invoke(node, values[node.Name]);
            // What no node needs any more goes at once; gradients hold on to what they need by themselves.
            foreach (string value in _lastUses[node.Name])
                if (values.Remove(value, out torch.Tensor? done)) done.Dispose();
        }
        return values[_graph.Output];
    }

    private torch.Tensor Coded(string name, torch.Tensor value, ForwardMode mode) => _fake?.Activation(name, value, mode) ?? value;

    private torch.Tensor Compute(Node node, Dictionary<string, torch.Tensor> values, ForwardMode mode)
    {
        torch.Tensor x = values[node.Inputs[0]];
        if (_fake is { PyTorchNumerics: true } && _norms.TryGetValue(node.Name, out BatchNorm? folded)) return Folded(node, folded, x, mode);
        switch (node)
        {
            case Engine.Conv2d or Engine.Linear:
                return Product(node, x, Weight(node, mode), Parameter(node, 2));
            case BatchNorm norm:
                return functional.batch_norm(x, Parameter(norm, 3), Parameter(norm, 4), Parameter(norm, 1), Parameter(norm, 2), mode.BatchStatistics && !_tensors.IsFrozen(norm), norm.Momentum, norm.Epsilon);
            case Relu relu:
                return float.IsPositiveInfinity(relu.Maximum) ? x.relu() : x.clamp(0, relu.Maximum);
            case Add add:
                return x + values[add.Inputs[1]];
            case Multiply multiply:
                return x * values[multiply.Inputs[1]];
            case Hardswish:
                return functional.hardswish(x);
            case Hardsigmoid:
                return functional.hardsigmoid(x);
            case Sigmoid:
                return x.sigmoid();
            case TransformInput transform:
                return x * Channels(transform.Scale, x.device) + Channels(transform.Shift, x.device);
            case Concat concat:
                return torch.cat([.. concat.Inputs.Select(input => values[input])], concat.Dimension);
            case MaxPool2d pool:
                return functional.max_pool2d(x, Pair(pool.Window.Kernel), Pair(pool.Window.Stride), Pair(pool.Window.Padding), Pair(pool.Window.Dilation), pool.Window.CeilMode);
            case AvgPool2d pool:
                return functional.avg_pool2d(x, Pair(pool.Window.Kernel), Pair(pool.Window.Stride), Pair(pool.Window.Padding), pool.Window.CeilMode, pool.CountIncludePad);
            case AdaptiveAvgPool2d pool:
                return functional.adaptive_avg_pool2d(x, Pair(pool.Output));
            case Mean mean:
                return x.mean([2, 3], mean.KeepDimensions);
            case ChannelShuffle shuffle:
                return Shuffled(x, shuffle.Groups);
            case Flatten:
                return x.flatten(1);
            case Slice slice:
                return x.slice(slice.Dimension, slice.Start, slice.End ?? long.MaxValue, slice.Step);
            case Pad pad:
                // libtorch takes the last dimension first, before and after in turn.
                return functional.pad(x, [.. pad.Before.Zip(pad.After).Reverse().SelectMany(sides => new long[] { sides.First, sides.Second })]);
            case Dropout dropout:
                return mode.Training ? x * torch.empty_like(x).bernoulli_(1 - dropout.Probability, mode.Random!).div_(1 - dropout.Probability) : x.alias();
            default:
                throw new QuantPSException("ModelNotTrainable", $"The layer '{node.Name}' is a {node.Operator}, which libtorch does not run here, nor train.", node.Name);
        }
    }

    /// <summary>A convolution, or a linear layer.</summary>
    private static torch.Tensor Product(Node node, torch.Tensor x, torch.Tensor weight, torch.Tensor? bias) => node is Conv2d conv
        ? functional.conv2d(x, weight, bias, Pair(conv.Window.Stride), Pair(conv.Window.Padding), Pair(conv.Window.Dilation), conv.Groups)
        : functional.linear(x, weight, bias);

    private torch.Tensor Weight(Node node, ForwardMode mode)
    {
        torch.Tensor weight = _tensors[node.Inputs[1]];
        if (_fake?.HasWeight(node.Inputs[1]) is not true) return weight;
        return _norms.TryGetValue(node.Name, out BatchNorm? norm) ? FoldedWeight(node.Inputs[1], norm, mode) : _fake.Weight(node.Inputs[1], weight, mode);
    }

    /// <summary>
    /// The weight of a layer whose batch normalization will be folded into it: fake quantized as it will be after folding, then scaled back,
    /// because the normalization still follows (torch/ao/nn/intrinsic/qat/modules/conv_fused.py and linear_fused.py). PyTorch scales the
    /// layer's result back; it is linear, so that scaling its weight gives the same and costs less.
    /// </summary>
    private torch.Tensor FoldedWeight(string constant, BatchNorm norm, ForwardMode mode)
    {
        torch.Tensor weight = _tensors[constant];
        // Computed as FoldBatchNorm does it, so that the codes are those of the conversion to the last bit.
        torch.Tensor factor = (_tensors[norm.Inputs[1]] * (_tensors[norm.Inputs[4]] + norm.Epsilon).sqrt().reciprocal()).reshape(PerChannel(weight));
        torch.Tensor folded = _fake!.Weight(constant, weight * factor, mode);
        torch.Tensor vanished = factor.abs() < FakeQuantization.Epsilon;
        if (!vanished.any().item<bool>()) return folded / factor;
        // A factor of (nearly) nothing cannot be divided by. Whatever such a channel convolves with, the normalization multiplies it
        // by (nearly) nothing, which is what the folded and quantized channel gives, too; with its own weight the gradients stay finite,
        // and the channel can come back.
        return torch.where(vanished, weight, folded / torch.where(vanished, torch.ones_like(factor), factor));
    }

    /// <summary>A layer before its normalization, computed in PyTorch's own order, so that every rounding falls as it does there.</summary>
    private torch.Tensor Folded(Node layer, BatchNorm norm, torch.Tensor x, ForwardMode mode)
    {
        torch.Tensor weight = _tensors[layer.Inputs[1]];
        torch.Tensor factor = _tensors[norm.Inputs[1]] / (_tensors[norm.Inputs[4]] + norm.Epsilon).sqrt();
        // PyTorch divides by nothing where a factor is nothing.
        factor = torch.where(factor.abs() < FakeQuantization.Epsilon, torch.ones_like(factor), factor);
        torch.Tensor product = Product(layer, x, _fake!.Weight(layer.Inputs[1], weight * factor.reshape(PerChannel(weight)), mode), null);
        long[] channels = [1, -1, .. Enumerable.Repeat(1L, (int)product.dim() - 2)];
        product = product / factor.reshape(channels);
        return Parameter(layer, 2) is { } bias ? product + bias.reshape(channels) : product;
    }

    /// <summary>The shape in which a number for each output channel of a weight stands.</summary>
    private static long[] PerChannel(torch.Tensor weight) => [-1, .. Enumerable.Repeat(1L, (int)weight.dim() - 1)];

    private torch.Tensor? Parameter(Node node, int index) => index < node.Inputs.Length ? _tensors[node.Inputs[index]] : null;

    /// <summary>A channel shuffle that keeps images channels last.</summary>
    private static torch.Tensor Shuffled(torch.Tensor x, int groups)
    {
        torch.Tensor last = x.permute(0, 2, 3, 1);
        return last.unflatten(3, groups, x.shape[1] / groups).transpose(3, 4).flatten(3).permute(0, 3, 1, 2);
    }

    /// <summary>A number for each channel of an image.</summary>
    private static torch.Tensor Channels(ImmutableArray<float> numbers, torch.Device device) =>
        torch.tensor([.. numbers], [1, numbers.Length, 1, 1]).to(device);

    private static long[] Pair(Size2 size) => [size.Height, size.Width];
}
