using System.Collections.Immutable;
using QuantPS.Data;

namespace QuantPS.Analysis;

/// <summary>Compares models with one reference. What is measured of the reference alone is measured once.</summary>
/// <param name="reference">The model to compare with; null to measure models alone.</param>
/// <param name="data">Labelled images; null where neither accuracy nor layers are measured.</param>
public sealed class ModelComparer(QuantModel? reference, ImageDataset? data)
{
    private ModelFigures? _figures;

    /// <summary>The number of images that layers are compared on, spread evenly over the classes.</summary>
    public int LayerSampleCount { get; init; } = 16;

    /// <summary>The number of images that run at once where accuracy is measured.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>The time that the rounds of latency take together.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The number of rounds of latency.</summary>
    public int Rounds { get; init; } = 15;

    /// <summary>The number of threads of a run where latency is measured.</summary>
    public int Threads { get; init; } = 1;

    /// <summary>Measures a model. What the reference or the images are missing for is left out.</summary>
    /// <param name="model">The model.</param>
    /// <param name="parts">What to measure.</param>
    /// <param name="progress">Told what is done.</param>
    /// <param name="unreadable">Told the path of each image that cannot be read, and why; the image is left out.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="QuantPSException">See <see cref="ModelAccuracy.Measure"/> and <see cref="LayerComparer.Compare"/>.</exception>
    public ModelComparison Compare(QuantModel model, ComparisonParts parts, Func<string, int, IProgress<int>>? progress = null,
        Action<string, Exception>? unreadable = null, CancellationToken cancel = default)
    {
        bool accuracy = parts.HasFlag(ComparisonParts.Accuracy) && data is not null;
        if (reference is not null && (_figures is null || (accuracy && _figures.Accuracy is null)))
            _figures = ModelFigures.Of(reference, accuracy ? Accuracy(reference) : null);
        ModelFigures figures = ModelFigures.Of(model, accuracy ? Accuracy(model) : null);

        ImmutableArray<LayerDifference> layers = [];
        if (parts.HasFlag(ComparisonParts.Layers) && reference is not null && data is not null)
        {
            ImageDataset sample = data.Sample(LayerSampleCount, seed: 0);
            layers = LayerComparer.Compare(reference, model, sample, unreadable, progress?.Invoke("images through the layers", sample.Count), cancel);
        }
        LatencyComparison? latency = parts.HasFlag(ComparisonParts.Latency) && reference is not null
            ? LatencyComparer.Measure(reference, model, Duration, Rounds, Threads, progress?.Invoke("rounds of timing", Rounds), cancel)
            : null;
        return new ModelComparison(_figures, figures, latency, layers);

        AccuracyReport Accuracy(QuantModel measured) => ModelAccuracy.Measure(measured, data!, Math.Min(BatchSize, data!.Count),
            Environment.ProcessorCount, unreadable, progress?.Invoke($"images through {measured.Name}", data.Count), cancel);
    }
}
