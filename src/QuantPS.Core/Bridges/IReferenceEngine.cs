using QuantPS.Engine;

namespace QuantPS.Bridges;

/// <summary>Another engine that runs float graphs, to compare times with. The bridge <c>Torch</c> implements it with libtorch.</summary>
public interface IReferenceEngine
{
    /// <summary>Makes a graph ready to run on samples one at a time. It belongs to the thread that makes it.</summary>
    /// <param name="graph">A float graph of one input.</param>
    /// <param name="threads">The number of threads that one run uses.</param>
    /// <exception cref="QuantPSException"><c>TorchUnavailable</c>: its libraries cannot be loaded.</exception>
    IReferenceRun Load(Graph graph, int threads);
}
