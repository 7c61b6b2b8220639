using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Training;

/// <summary>All that a training needs to go on from between two batches as if it had not been interrupted.</summary>
/// <remarks>No generator is in it: everything random hangs on the seed, the epoch and the batch alone.</remarks>
public sealed record TrainingSnapshot
{
    /// <summary>Where the epoch in work stands.</summary>
    public required EpochProgress Progress { get; init; }

    /// <summary>Parameters, statistics and observers.</summary>
    public required NetworkState Network { get; init; }

    /// <summary>What the optimizer remembers of each parameter, such as <c>fc.weight.momentum_buffer</c>.</summary>
    public required ImmutableDictionary<string, Tensor> Optimizer { get; init; }

    /// <summary>The records of the epochs that are done.</summary>
    public required ImmutableArray<EpochRecord> Epochs { get; init; }

    /// <summary>The network after the best epoch so far; null where none is kept.</summary>
    public NetworkState? Best { get; init; }

    /// <summary>Which epoch, from 1, was the best so far; null where none is compared.</summary>
    public int? BestEpoch { get; init; }

    /// <summary>What watches for a loss that grows.</summary>
    public required DivergenceWatch Divergence { get; init; }
}
