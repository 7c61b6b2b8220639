using System.Collections.Immutable;
using QuantPS.Data;
using QuantPS.Zoo;

namespace QuantPS.Analysis;

/// <summary>Runs models on texts.</summary>
public static class TextPredictor
{
    private const int BatchSize = 16;

    /// <summary>The prediction for each text, in order.</summary>
    /// <param name="model">A network that classifies text, with a vocabulary.</param>
    /// <param name="texts">The texts.</param>
    /// <param name="pairs">The second texts, as many; or none.</param>
    /// <param name="top">How many classes <see cref="TextPrediction.Top"/> lists.</param>
    /// <param name="maxLength">The most tokens of an input; the network's when null.</param>
    /// <param name="threads">The number of threads; the result does not depend on it.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">
    /// <c>ModelNotForText</c>; <c>VocabularyMissing</c>; <c>TextPairMismatch</c>: there are pairs, and not as many as texts.
    /// </exception>
    public static IEnumerable<TextPrediction> Predict(
        QuantModel model, IReadOnlyList<string> texts, IReadOnlyList<string> pairs, int top, int? maxLength = null, int threads = 1, CancellationToken cancel = default)
    {
        if (pairs.Count > 0 && pairs.Count != texts.Count)
            throw new QuantPSException("TextPairMismatch", $"There are {texts.Count} texts and {pairs.Count} second texts. Give one for each.", pairs.Count);
        var encoder = new TextEncoder(TextClassifier.PreprocessingOf(model), maxLength);
        TokenSequence[] sequences = [.. texts.Select((text, i) => encoder.Encode(text, pairs.Count > 0 ? pairs[i] : null))];
        return Run();

        IEnumerable<TextPrediction> Run()
        {
            if (sequences.Length == 0) yield break;
            using var classifier = new TextClassifier(model, Math.Min(BatchSize, sequences.Length), sequences.Max(sequence => sequence.Ids.Length), threads);
            for (int first = 0; first < sequences.Length; first += BatchSize)
            {
                TokenSequence[] batch = sequences[first..Math.Min(first + BatchSize, sequences.Length)];
                float[] output = classifier.Run(batch, encoder.Padding, cancel).ToArray();
                for (int i = 0; i < batch.Length; i++)
                    yield return PredictionOf(classifier, texts[first + i], pairs.Count > 0 ? pairs[first + i] : null, batch[i], output.AsSpan(i * classifier.ClassCount, classifier.ClassCount), top);
            }
        }
    }

    /// <summary>The prediction for an input of token ids.</summary>
    /// <param name="model">A network that classifies text.</param>
    /// <param name="ids">The ids, [CLS] and [SEP] among them where they belong; all of the first segment.</param>
    /// <param name="top">How many classes <see cref="TextPrediction.Top"/> lists.</param>
    /// <exception cref="QuantPSException"><c>ModelNotForText</c>; <c>InputShapeMismatch</c>: no ids, more than the network takes, or one that it does not know.</exception>
    public static TextPrediction Predict(QuantModel model, ReadOnlySpan<float> ids, int top)
    {
        TextClassifier.RequireText(model);
        int most = model.Graph.Inputs[0].Shape[0];
        if (ids.Length < 1 || ids.Length > most)
            throw new QuantPSException("InputShapeMismatch", $"'{model.Name}' takes 1 to {most} token ids, not {ids.Length}.", ids.Length);
        ImmutableArray<int> tokens = [.. SequencePredictor.ToIds(model, Bert.Tokens, ids).Select(id => (int)id)];
        using var classifier = new TextClassifier(model, 1, tokens.Length, threads: 1);
        var sequence = new TokenSequence(tokens, [.. new int[tokens.Length]]);
        return PredictionOf(classifier, "", null, sequence, classifier.Run([sequence], 0, default), top);
    }

    private static TextPrediction PredictionOf(TextClassifier classifier, string text, string? pair, TokenSequence tokens, ReadOnlySpan<float> output, int top)
    {
        Prediction prediction = Prediction.Of("", output, classifier.LabelOf, top);
        return new(text, pair, prediction.Label, prediction.Score, prediction.Top, prediction.Scores, prediction.Output, tokens.Ids.Length);
    }
}
