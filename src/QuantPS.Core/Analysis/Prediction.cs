using System.Collections.Immutable;

namespace QuantPS.Analysis;

/// <summary>What a model says about one input.</summary>
/// <param name="Path">The image; empty for an input of numbers.</param>
/// <param name="Label">The class with the highest score.</param>
/// <param name="Score">Its probability, from 0 to 1.</param>
/// <param name="Top">The classes with the highest scores, highest first.</param>
/// <param name="Scores">The probability of each class, by index.</param>
/// <param name="Output">What the network gave: a number for each class before the softmax.</param>
public sealed record Prediction(
    string Path, string Label, double Score, ImmutableArray<ClassScore> Top, ImmutableArray<double> Scores, ImmutableArray<float> Output)
{
    /// <summary>The prediction for what a network gave.</summary>
    internal static Prediction Of(string path, ReadOnlySpan<float> output, Func<int, string> labelOf, int top)
    {
        double[] probabilities = Classifier.Softmax(output);
        ImmutableArray<ClassScore> highest =
        [
            .. probabilities.Select((score, index) => new ClassScore(labelOf(index), score)).OrderByDescending(candidate => candidate.Score).Take(Math.Max(top, 1)),
        ];
        return new(path, highest[0].Label, highest[0].Score, highest, [.. probabilities], [.. output]);
    }
}
