using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>The settings of a static quantization.</summary>
public sealed record StaticQuantizationOptions
{
    /// <summary>The backend whose numerics and default qconfig are used.</summary>
    public QuantizationBackend Backend { get; init; } = QuantizationBackend.X86;

    /// <summary>How activations and weights are observed; the backend's default when null.</summary>
    public QConfig? QConfig { get; init; }

    /// <summary>What stays in float, and whether operators are fused.</summary>
    public PlanOptions Plan { get; init; } = new();

    /// <summary>The largest number of samples in a calibration batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The number of threads that calibration runs on.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;
}
