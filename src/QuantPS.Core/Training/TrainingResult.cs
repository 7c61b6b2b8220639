using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>What a training gives.</summary>
/// <param name="Graph">The request's graph with the trained parameters and running statistics.</param>
/// <param name="Ranges">The trained range of each observed value of the plan; empty for a float training.</param>
/// <param name="Epochs">The epochs' records, in order.</param>
public sealed record TrainingResult(Graph Graph, ImmutableDictionary<string, QuantRange> Ranges, ImmutableArray<EpochRecord> Epochs);
