using System.Runtime.InteropServices;
using QuantPS.Bridges;
using QuantPS.Engine;
using QuantPS.Torch.Network;
using TorchSharp;

namespace QuantPS.Torch;

/// <summary>A graph in libtorch's memory. While it lives, libtorch uses its number of threads.</summary>
internal sealed class TorchRun : IReferenceRun
{
    private readonly NetworkTensors _tensors;
    private readonly TorchNetwork _network;
    private readonly torch.Tensor _input;
    private readonly int _threads = torch.get_num_threads();

    public TorchRun(Graph graph, int threads)
    {
        torch.set_num_threads(threads);
        _tensors = new NetworkTensors(graph, torch.CPU, []);
        _network = new TorchNetwork(graph, _tensors, fake: null);
        _input = torch.empty([1, .. graph.Inputs[0].Shape.Select(size => (long)size)]).DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public void Run(ReadOnlySpan<float> input, Span<float> output)
    {
        using IDisposable inference = torch.inference_mode();
        using DisposeScope scope = torch.NewDisposeScope();
        MemoryMarshal.AsBytes(input).CopyTo(_input.bytes);
        torch.Tensor result = _network.Forward(_input, ForwardMode.Evaluation).contiguous();
        MemoryMarshal.Cast<byte, float>(result.bytes).CopyTo(output);
    }

    public void Dispose()
    {
        _input.Dispose();
        _tensors.Dispose();
        torch.set_num_threads(_threads);
    }
}
