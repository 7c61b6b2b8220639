using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>What a training gives.</summary>
/// <param name="Graph">The request's graph with the trained parameters and running statistics.</param>
/// <param name="Ranges">The trained range of each observed value of the plan; empty for a float training.</param>
/// <param name="Epochs">The epochs' records, in order.</param>
public sealed record TrainingResult(Graph Graph, ImmutableDictionary<string, QuantRange> Ranges, ImmutableArray<EpochRecord> Epochs)
{
    /// <summary>
    /// With PyTorch's numerics the ranges that the observers of weights hold, by the constant's name: one, or one a channel; else empty.
    /// </summary>
    public ImmutableDictionary<string, ImmutableArray<QuantRange>> WeightRanges { get; init; } = ImmutableDictionary<string, ImmutableArray<QuantRange>>.Empty;

    /// <summary>The epoch, from 1, that the result is of; null where it is the last.</summary>
    public int? BestEpoch { get; init; }
}
