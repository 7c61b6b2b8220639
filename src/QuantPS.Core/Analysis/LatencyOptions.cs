using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>How latency is measured.</summary>
public sealed record LatencyOptions
{
    /// <summary>What runs the model.</summary>
    public LatencyEngine Engine { get; init; }

    /// <summary>The shape of the input (CHW for images); null for that of the model.</summary>
    public Shape? InputShape { get; init; }

    /// <summary>The steps of the input of a network that takes sequences; 128, or as many as it takes, when null.</summary>
    public int? SequenceLength { get; init; }

    /// <summary>The number of threads that one run uses.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>For how long runs are timed, after the warm-up.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The instruction set; null for the best of the machine. libtorch chooses its own.</summary>
    public InstructionSet? InstructionSet { get; init; }
}
