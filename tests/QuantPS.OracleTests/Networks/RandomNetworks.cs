using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.OracleTests.Operators;
using QuantPS.Quantization;
using QuantPS.Torch.Network;
using QuantPS.Training;
using QuantPS.Zoo;
using TorchSharp;

namespace QuantPS.OracleTests.Networks;

/// <summary>Networks of the zoo with random weights, the same in every run.</summary>
internal static class RandomNetworks
{
    /// <summary>
    /// A float network. Its running variances are what filters make of independent inputs of variance 1, so that activations neither die away nor
    /// grow, as in a trained network.
    /// </summary>
    public static QuantModel Lively(string name, int side)
    {
        var random = new RandomValues(1);
        QuantModel model = Architectures.Find(name).Create(1);
        var constants = new Dictionary<string, Tensor>(model.Graph.Constants);
        foreach (BatchNorm2d norm in model.Graph.Nodes.OfType<BatchNorm2d>())
        {
            if (model.Graph.FoldsInto(norm) is not { } conv) continue;
            Tensor weight = model.Graph.Constants[conv.Inputs[1]];
            float[] energies = [.. weight.ToFloats().Chunk((int)weight.Shape.ElementCount / weight.Shape[0]).Select(filter => filter.Sum(value => value * value))];
            constants[norm.Inputs[1]] = Tensor.From<float>(random.Reals(energies.Length, 0.8f, 1.4f));
            constants[norm.Inputs[2]] = Tensor.From<float>(random.Reals(energies.Length, -0.5f, 0.5f));
            constants[norm.Inputs[4]] = Tensor.From<float>(energies);
        }
        return model with { Graph = model.Graph.With(constants: constants, inputs: [model.Graph.Inputs[0] with { Shape = [3, side, side] }]) };
    }

    /// <summary>
    /// The network with the statistics of given images in its batch normalizations, and summands that make the means of channels differ: what
    /// pools and gates see uses many codes.
    /// </summary>
    public static QuantModel WithStatisticsOf(float[] images, int count, QuantModel model)
    {
        var random = new RandomValues(4);
        var constants = new Dictionary<string, Tensor>(model.Graph.Constants);
        foreach (BatchNorm2d norm in model.Graph.Nodes.OfType<BatchNorm2d>())
            constants[norm.Inputs[2]] = Tensor.From<float>(random.Reals(constants[norm.Inputs[2]].Shape[0], -1, 2));
        // All of the running statistics are of these images.
        Graph graph = model.Graph.With(nodes: [.. model.Graph.Nodes.Select(node => node is BatchNorm2d norm ? norm with { Momentum = 1 } : node)], constants: constants);
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable noGradients = torch.no_grad();
        using var tensors = new NetworkTensors(graph, torch.CPU, []);
        torch.Tensor batch = torch.tensor(images, [count, .. graph.Inputs[0].Shape.Select(size => (long)size)]);
        new TorchNetwork(graph, tensors, fake: null).Forward(batch, new ForwardMode(Training: false, BatchStatistics: true, Observe: false));
        return model with { Graph = new NetworkState(tensors.Capture(), 0, ImmutableDictionary<string, ImmutableArray<QuantRange>>.Empty).Apply(graph) };
    }

    /// <summary>Images, as many samples as asked for.</summary>
    public static float[] Images(int count, int side) => new RandomValues(2).Reals(count * 3 * side * side, -2, 2);

    /// <summary>
    /// The network in static int8, calibrated with images: for these, codes of the x86 backends stay where libtorch's depthwise kernels do not
    /// saturate.
    /// </summary>
    public static QuantModel Quantized(QuantModel model, QuantizationBackend backend, float[] images, int count, bool fuse = true)
    {
        var settings = new StaticQuantizationOptions { Backend = backend, Plan = new PlanOptions { Fuse = fuse } };
        return StaticQuantizer.Quantize(model, settings, [new InputBatch(images, count)], cancel: TestContext.Current.CancellationToken);
    }
}
