using System.Collections.Immutable;
using QuantPS.Engine;
using TorchSharp;
using Parameter = TorchSharp.Modules.Parameter;

namespace QuantPS.Torch.Network;

/// <summary>A graph's parameters and running statistics in libtorch's memory.</summary>
internal sealed class NetworkTensors : IDisposable
{
    private readonly Dictionary<string, torch.Tensor> _tensors = [];
    private readonly List<Parameter> _parameters = [];

    public NetworkTensors(Graph graph)
    {
        foreach (Node node in graph.Nodes)
            for (int i = node.DataInputCount; i < node.Inputs.Length; i++)
            {
                string name = node.Inputs[i];
                if (_tensors.ContainsKey(name)) continue;
                torch.Tensor tensor = TensorTransfer.ToTorch(graph.Constants[name].As<float>(), graph.Constants[name].Shape);
                // A batch normalization's inputs end with its running mean and variance, which have no gradients.
                if (node is not BatchNorm2d || i < 3) tensor = Keep(tensor);
                _tensors.Add(name, tensor.DetachFromDisposeScope());
            }
    }

    /// <summary>What the optimizer changes, in the order in which it is used.</summary>
    public IReadOnlyList<Parameter> Parameters => _parameters;

    /// <summary>How many batches the running statistics took in.</summary>
    public long BatchesTracked { get; set; }

    /// <summary>A parameter or running statistic by its PyTorch name.</summary>
    public torch.Tensor this[string name] => _tensors[name];

    /// <summary>The graph with the present parameters and statistics.</summary>
    public Graph Update(Graph graph)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach ((string name, torch.Tensor tensor) in _tensors) constants[name] = TensorTransfer.ToManaged(tensor);
        foreach (string counter in graph.Nodes.OfType<BatchNorm2d>().Select(norm => $"{norm.Module}.num_batches_tracked"))
            if (constants.TryGetValue(counter, out Tensor? before))
                constants[counter] = Tensor.From<long>([before.As<long>()[0] + BatchesTracked], before.Shape);
        return graph.With(constants: constants);
    }

    public void Dispose()
    {
        foreach (torch.Tensor tensor in _tensors.Values) tensor.Dispose();
    }

    private Parameter Keep(torch.Tensor tensor)
    {
        var parameter = new Parameter(tensor);
        _parameters.Add(parameter);
        return parameter;
    }
}
