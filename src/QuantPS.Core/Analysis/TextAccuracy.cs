using QuantPS.Data;

namespace QuantPS.Analysis;

/// <summary>Measures how well models tell labelled texts apart.</summary>
public static class TextAccuracy
{
    /// <summary>Runs a model on all texts of a data set and compares its answers with their labels.</summary>
    /// <param name="model">A network that classifies text, with a vocabulary.</param>
    /// <param name="data">Labelled texts; labels are the model's, or the numbers of its classes.</param>
    /// <param name="first">How many texts are measured, from the first on; all when null.</param>
    /// <param name="batchSize">The number of texts in a batch.</param>
    /// <param name="threads">The number of threads; the result does not depend on it.</param>
    /// <param name="progress">Told the number of texts done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">
    /// <c>ModelNotForText</c>; <c>VocabularyMissing</c>; <c>DatasetMismatch</c>: the model has no class of a label.
    /// </exception>
    public static AccuracyReport Measure(
        QuantModel model, TextDataset data, int? first, int batchSize, int threads, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        var encoder = new TextEncoder(TextClassifier.PreprocessingOf(model));
        TextExample[] examples = [.. data.Examples.Take(first ?? int.MaxValue)];
        // Texts of like length make a batch, so that little is filled up.
        (TextExample Example, TokenSequence Tokens)[] ordered =
            [.. examples.Select(example => (example, encoder.Encode(example.Text, example.Pair))).OrderBy(pair => pair.Item2.Ids.Length)];
        using var classifier = new TextClassifier(model, Math.Min(batchSize, ordered.Length), ordered[^1].Tokens.Ids.Length, threads);
        int right = 0, amongFive = 0;
        double loss = 0;
        for (int start = 0; start < ordered.Length; start += batchSize)
        {
            (TextExample Example, TokenSequence Tokens)[] batch = ordered[start..Math.Min(start + batchSize, ordered.Length)];
            ReadOnlySpan<float> output = classifier.Run([.. batch.Select(pair => pair.Tokens)], encoder.Padding, cancel);
            for (int i = 0; i < batch.Length; i++)
            {
                ReadOnlySpan<float> scores = output.Slice(i * classifier.ClassCount, classifier.ClassCount);
                int label = classifier.IndexOf(batch[i].Example.Label) ?? throw new QuantPSException("DatasetMismatch",
                    $"Line {batch[i].Example.Line} of '{data.Path}' has the label '{batch[i].Example.Label}', and the classes of '{model.Name}' are " +
                    $"{string.Join(", ", Enumerable.Range(0, Math.Min(20, classifier.ClassCount)).Select(classifier.LabelOf))}.", data.Path);
                int rank = ModelAccuracy.RankOf(label, scores);
                if (rank == 0) right++;
                if (rank < 5) amongFive++;
                loss += ModelAccuracy.CrossEntropy(scores, label);
            }
            progress?.Report(start + batch.Length);
        }
        return new AccuracyReport(model.Name, model.Precision, 100.0 * right / ordered.Length, 100.0 * amongFive / ordered.Length, ordered.Length, loss / ordered.Length, data.Name);
    }
}
