namespace QuantPS.Bridges;

/// <summary>A graph that another engine holds ready.</summary>
public interface IReferenceRun : IDisposable
{
    /// <summary>Runs it on one sample.</summary>
    /// <param name="input">The sample in PyTorch's order.</param>
    /// <param name="output">Takes what the graph gives, in PyTorch's order.</param>
    void Run(ReadOnlySpan<float> input, Span<float> output);
}
