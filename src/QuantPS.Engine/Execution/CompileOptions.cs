namespace QuantPS.Engine.Execution;

/// <summary>How a graph is compiled.</summary>
public sealed record CompileOptions
{
    /// <summary>The largest number of samples that one run takes; memory is planned for it.</summary>
    public int MaxBatch { get; init; } = 1;

    /// <summary>The backend whose numerics int8 operators follow.</summary>
    public QuantizationBackend Backend { get; init; } = QuantizationBackend.Fbgemm;

    /// <summary>
    /// The instruction set; null for the one that <see cref="InstructionSets.EnvironmentVariable"/> names, else the best there is.
    /// Codes never depend on it; floats agree to 1e-5.
    /// </summary>
    public InstructionSet? InstructionSet { get; init; }

    /// <summary>The number of threads, the calling one included. Results never depend on it.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>
    /// The values that a <see cref="ValueTap"/> sees: each is computed, even where the plan would do without it, and changes no
    /// other. Null: a tap sees what the plan computes anyway.
    /// </summary>
    public IReadOnlySet<string>? Taps { get; init; }

    /// <summary>The shape of one sample of the first input (CHW for images); null for that of the graph.</summary>
    public Shape? InputShape { get; init; }

    /// <summary>The most steps that sequences may have; memory is planned for it. Null for those of the graph's inputs.</summary>
    public int? MaxLength { get; init; }
}
