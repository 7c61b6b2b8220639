namespace QuantPS.Analysis;

/// <summary>What runs a model when its latency is measured.</summary>
public enum LatencyEngine
{
    /// <summary>The engine of this library.</summary>
    QuantPS,
    /// <summary>libtorch, for float models: PyTorch's own library, with batch normalizations folded, to compare with.</summary>
    Libtorch,
}
