using QuantPS.Bridges;
using QuantPS.Engine;
using QuantPS.Torch.Native;
using TorchSharp;

namespace QuantPS.Torch;

/// <summary>Runs float graphs with libtorch's operators.</summary>
public sealed class TorchEngine : IReferenceEngine
{
    static TorchEngine() => TorchNatives.Load().Attach(typeof(torch).Assembly);

    /// <inheritdoc/>
    public IReferenceRun Load(Graph graph, int threads) => new TorchRun(graph, threads);
}
