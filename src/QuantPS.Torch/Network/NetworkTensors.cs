using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Training;
using TorchSharp;
using Parameter = TorchSharp.Modules.Parameter;

namespace QuantPS.Torch.Network;

/// <summary>A graph's parameters and running statistics in libtorch's memory.</summary>
internal sealed class NetworkTensors : IDisposable
{
    private readonly Dictionary<string, torch.Tensor> _tensors = [];
    private readonly List<(string Name, Parameter Parameter)> _parameters = [];
    private readonly HashSet<string> _frozen = [];

    /// <summary>Takes them from a graph.</summary>
    /// <param name="graph">The graph.</param>
    /// <param name="device">Where they are kept.</param>
    /// <param name="freeze">The modules whose parameters and statistics do not change.</param>
    public NetworkTensors(Graph graph, torch.Device device, IReadOnlyCollection<ModulePattern> freeze)
    {
        Device = device;
        foreach (Node node in graph.Nodes)
            for (int i = node.DataInputCount; i < node.Inputs.Length; i++)
            {
                string name = node.Inputs[i];
                bool frozen = freeze.Any(pattern => pattern.Matches(node.Module));
                if (frozen) _frozen.Add(node.Name);
                if (_tensors.ContainsKey(name)) continue;
                torch.Tensor tensor = TensorTransfer.ToTorch(graph.Constants[name].As<float>(), graph.Constants[name].Shape, device);
                // A batch normalization's inputs end with its running mean and variance, which have no gradients.
                if (!frozen && (node is not BatchNorm || i < 3)) tensor = Keep(name, tensor);
                _tensors.Add(name, tensor.DetachFromDisposeScope());
            }
    }

    /// <summary>Where they are kept.</summary>
    public torch.Device Device { get; }

    /// <summary>What the optimizer changes, in the order in which it is used.</summary>
    public IReadOnlyList<(string Name, Parameter Parameter)> Parameters => _parameters;

    /// <summary>How many batches the running statistics took in.</summary>
    public long BatchesTracked { get; set; }

    /// <summary>A parameter or running statistic by its PyTorch name.</summary>
    public torch.Tensor this[string name] => _tensors[name];

    /// <summary>Whether a node's parameters and statistics stay as they are.</summary>
    public bool IsFrozen(Node node) => _frozen.Contains(node.Name);

    /// <summary>All of them, copied.</summary>
    public ImmutableDictionary<string, Tensor> Capture() =>
        _tensors.ToImmutableDictionary(tensor => tensor.Key, tensor => TensorTransfer.ToManaged(tensor.Value));

    /// <summary>Goes back to what was captured.</summary>
    /// <exception cref="QuantPSException"><c>CheckpointMismatch</c>: it is of another network.</exception>
    public void Restore(NetworkState state)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        using IDisposable noGradients = torch.no_grad();
        foreach ((string name, torch.Tensor tensor) in _tensors)
        {
            if (!state.Tensors.TryGetValue(name, out Tensor? kept) || kept.Element != ElementType.Float32 || !kept.Shape.Select(size => (long)size).SequenceEqual(tensor.shape))
                throw new QuantPSException("CheckpointMismatch", $"The checkpoint is of another network: its '{name}' is not there, or of another shape or type.", name);
            tensor.copy_(TensorTransfer.ToTorch(kept.As<float>(), kept.Shape, Device));
        }
        BatchesTracked = state.BatchesTracked;
    }

    public void Dispose()
    {
        foreach (torch.Tensor tensor in _tensors.Values) tensor.Dispose();
    }

    private Parameter Keep(string name, torch.Tensor tensor)
    {
        var parameter = new Parameter(tensor);
        _parameters.Add((name, parameter));
        return parameter;
    }
}
