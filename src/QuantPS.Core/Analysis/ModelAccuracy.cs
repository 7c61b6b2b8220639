using System.Collections.Immutable;
using QuantPS.Data;

namespace QuantPS.Analysis;

/// <summary>Measures how well models tell labelled images apart.</summary>
public static class ModelAccuracy
{
    /// <summary>Runs a model on all images of a data set and compares its answers with their labels.</summary>
    /// <param name="model">A network that gives one score for each class.</param>
    /// <param name="data">Labelled images. Classes are matched by name where the model knows the names of all of them, else by their order.</param>
    /// <param name="batchSize">The number of images in a batch; the result does not depend on it.</param>
    /// <param name="threads">The number of threads; the result does not depend on it.</param>
    /// <param name="unreadable">Told the path of each image that cannot be read, and why; the image is left out.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">
    /// <c>DatasetMismatch</c>: no labels, or more classes than the network. <c>ModelNotClassifier</c>: it gives no scores for classes.
    /// <c>NoReadableImages</c>: not one image could be read. <c>PreprocessingMismatch</c>, <c>ImageShapeMismatch</c>: see <see cref="BatchReader"/>.
    /// </exception>
    public static AccuracyReport Measure(QuantModel model, ImageDataset data, int batchSize, int threads,
        Action<string, Exception>? unreadable = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        using var classifier = new Classifier(model, batchSize, threads);
        ImmutableArray<int> indices = classifier.Indices(data);
        int count = 0, first = 0, amongFive = 0;
        double loss = 0;
        foreach (ImageBatch batch in classifier.Read(data, unreadable, cancel))
        {
            ReadOnlySpan<float> output = classifier.Run(batch.Input.Span, batch.Count, cancel);
            for (int i = 0; i < batch.Count; i++)
            {
                ReadOnlySpan<float> scores = output.Slice(i * classifier.ClassCount, classifier.ClassCount);
                int label = indices[batch.Labels[i]];
                int rank = RankOf(label, scores);
                if (rank == 0) first++;
                if (rank < 5) amongFive++;
                loss += CrossEntropy(scores, label);
            }
            count += batch.Count;
            progress?.Report(batch.Position);
        }
        if (count == 0)
            throw new QuantPSException("NoReadableImages", $"Not one image of '{data.Name}' could be read.", data.Path);
        return new AccuracyReport(model.Name, model.Precision, 100.0 * first / count, 100.0 * amongFive / count, count, loss / count, data.Name);
    }

    // Of equal scores the lower index ranks higher, as in torch.topk on the CPU. A score that is not a number never ranks lower: a
    // network that gives such is wrong.
    internal static int RankOf(int label, ReadOnlySpan<float> scores)
    {
        int rank = 0;
        for (int i = 0; i < scores.Length; i++)
        {
            bool lower = scores[i] < scores[label] || (scores[i] == scores[label] && i >= label);
            if (!lower) rank++;
        }
        return rank;
    }

    internal static double CrossEntropy(ReadOnlySpan<float> scores, int label)
    {
        double highest = double.NegativeInfinity;
        foreach (float score in scores) highest = Math.Max(highest, score);
        double sum = 0;
        foreach (float score in scores) sum += Math.Exp(score - highest);
        return Math.Log(sum) + highest - scores[label];
    }
}
