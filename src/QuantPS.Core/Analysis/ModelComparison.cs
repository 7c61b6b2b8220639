using System.Collections.Immutable;

namespace QuantPS.Analysis;

/// <summary>How a model compares with a reference: the float model that it was made from, or the form of it that was accepted before.</summary>
/// <param name="Reference">What was measured of the reference; null where a model was measured alone.</param>
/// <param name="Candidate">What was measured of the model.</param>
/// <param name="Latency">How their times compare; null where that was not measured.</param>
/// <param name="Layers">How far the values of each layer lie apart, in the order in which they run; empty where that was not measured.</param>
public sealed record ModelComparison(
    ModelFigures? Reference, ModelFigures Candidate, LatencyComparison? Latency, ImmutableArray<LayerDifference> Layers)
{
    /// <summary>The model's name.</summary>
    public string Name => Candidate.Name;

    /// <summary>What the model holds its weights and activations in.</summary>
    public ModelPrecision Precision => Candidate.Precision;

    /// <summary>The length of the model's file in decimal megabytes.</summary>
    public double SizeMB => Candidate.Size.SizeMB;

    /// <summary>
    /// How many times as long the file of the reference is; without a reference, that of the float model it came from, or null.
    /// </summary>
    public double? Ratio => Reference is { } reference ? (double)reference.Size.Bytes / Candidate.Size.Bytes : Candidate.Size.Ratio;

    /// <summary>The share of images or texts that the model gets right, in percent; null where it was not measured.</summary>
    public double? Top1 => Candidate.Accuracy?.Top1;

    /// <summary>How many points of accuracy the model has less than the reference; below 0 it has more. Null where it was not measured.</summary>
    public double? AccuracyDrop => Reference?.Accuracy?.Top1 - Top1;

    /// <summary>The perplexity of a language model; null where it was not measured.</summary>
    public double? Perplexity => Candidate.Perplexity?.Perplexity;

    /// <summary>The model's perplexity by the reference's: above 1 it is the worse. Null where it was not measured.</summary>
    public double? PerplexityRatio => Perplexity / Reference?.Perplexity?.Perplexity;

    /// <summary>The model's time by the reference's; null where it was not measured.</summary>
    public double? LatencyRatio => Latency?.Ratio;

    /// <summary>The layer that lies farthest from the reference; null where layers were not compared.</summary>
    public LayerDifference? WorstLayer => Layers.MinBy(layer => layer.Sqnr);
}
