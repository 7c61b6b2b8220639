using System.Collections.Immutable;
using QuantPS.Data;

namespace QuantPS.Analysis;

/// <summary>Runs a classifying model on single inputs.</summary>
public sealed class ModelPredictor : IDisposable
{
    private readonly Classifier _classifier;

    /// <summary>Makes a model ready to run.</summary>
    /// <param name="model">A network that gives one score for each class.</param>
    /// <param name="batchSize">The number of inputs that run at once.</param>
    /// <param name="threads">The number of threads.</param>
    /// <exception cref="QuantPSException"><c>ModelNotClassifier</c>: it gives no scores for classes.</exception>
    public ModelPredictor(QuantModel model, int batchSize, int threads) => _classifier = new Classifier(model, batchSize, threads);

    /// <summary>The prediction for each image that can be read, in order.</summary>
    /// <param name="paths">Image files.</param>
    /// <param name="top">How many classes <see cref="Prediction.Top"/> lists.</param>
    /// <param name="unreadable">Told the path of each image that cannot be read, and why; the image is left out.</param>
    /// <param name="cancel">Stops it.</param>
    public IEnumerable<Prediction> Predict(IEnumerable<string> paths, int top, Action<string, Exception>? unreadable = null, CancellationToken cancel = default)
    {
        ImageDataset data = ImageDataset.OfFiles(paths);
        foreach (ImageBatch batch in _classifier.Read(data, unreadable, cancel))
            foreach (Prediction prediction in Predict(batch.Input.Span, batch.Count, [.. batch.Indices.ToArray().Select(data.PathOf)], top, cancel))
                yield return prediction;
    }

    /// <summary>The prediction for an input of numbers.</summary>
    /// <param name="input">The numbers as the network takes them: float32, normalised, in PyTorch's order (CHW).</param>
    /// <param name="top">How many classes <see cref="Prediction.Top"/> lists.</param>
    /// <exception cref="QuantPSException"><c>InputShapeMismatch</c>: not as many numbers as the network takes.</exception>
    public Prediction Predict(ReadOnlySpan<float> input, int top)
    {
        long needed = _classifier.InputShape.ElementCount;
        if (input.Length != needed)
            throw new QuantPSException("InputShapeMismatch",
                $"'{_classifier.Model.Name}' takes an input of {_classifier.InputShape} ({needed} numbers), not {input.Length}.", input.Length);
        return Predict(input, 1, [""], top, default)[0];
    }

    /// <inheritdoc/>
    public void Dispose() => _classifier.Dispose();

    private Prediction[] Predict(ReadOnlySpan<float> input, int count, ImmutableArray<string> paths, int top, CancellationToken cancel)
    {
        ReadOnlySpan<float> output = _classifier.Run(input, count, cancel);
        var predictions = new Prediction[count];
        for (int i = 0; i < count; i++)
            predictions[i] = Prediction.Of(paths[i], output.Slice(i * _classifier.ClassCount, _classifier.ClassCount), _classifier.LabelOf, top);
        return predictions;
    }
}
