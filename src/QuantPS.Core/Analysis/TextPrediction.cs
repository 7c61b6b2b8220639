using System.Collections.Immutable;

namespace QuantPS.Analysis;

/// <summary>What a model says about a text.</summary>
/// <param name="Text">The text; empty for an input of token ids.</param>
/// <param name="Pair">The second text of a pair, or null.</param>
/// <param name="Label">The class with the highest score.</param>
/// <param name="Score">Its probability, from 0 to 1.</param>
/// <param name="Top">The classes with the highest scores, highest first.</param>
/// <param name="Scores">The probability of each class, by index.</param>
/// <param name="Output">What the network gave: a number for each class before the softmax.</param>
/// <param name="TokenCount">The number of tokens that the network saw.</param>
public sealed record TextPrediction(
    string Text, string? Pair, string Label, double Score, ImmutableArray<ClassScore> Top, ImmutableArray<double> Scores, ImmutableArray<float> Output, int TokenCount);
