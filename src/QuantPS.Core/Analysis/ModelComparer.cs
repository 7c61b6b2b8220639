using System.Collections.Immutable;
using QuantPS.Data;

namespace QuantPS.Analysis;

/// <summary>Compares models with one reference. What is measured of the reference alone is measured once.</summary>
/// <param name="reference">The model to compare with; null to measure models alone.</param>
/// <param name="data">Labelled images; null where the models do not take images, or neither accuracy nor layers are measured.</param>
public sealed class ModelComparer(QuantModel? reference, ImageDataset? data)
{
    private ModelFigures? _figures;

    /// <summary>Labelled texts, on which the accuracy of networks for text is measured in place of images.</summary>
    public TextDataset? Texts { get; init; }

    /// <summary>The text of a language model, in the tokens of its vocabulary: the perplexity on it is measured in place of an accuracy.</summary>
    public Func<QuantModel, TextData>? Text { get; init; }

    /// <summary>The number of images that layers are compared on, spread evenly over the classes.</summary>
    public int LayerSampleCount { get; init; } = 16;

    /// <summary>The number of images or texts that run at once where accuracy is measured.</summary>
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
    /// <exception cref="QuantPSException">See <see cref="ModelAccuracy.Measure"/>, <see cref="TextAccuracy.Measure"/>, <see cref="ModelPerplexity.Measure"/> and <see cref="LayerComparer.Compare"/>.</exception>
    public ModelComparison Compare(QuantModel model, ComparisonParts parts, Func<string, int, IProgress<int>>? progress = null,
        Action<string, Exception>? unreadable = null, CancellationToken cancel = default)
    {
        bool quality = parts.HasFlag(ComparisonParts.Accuracy) && (data is not null || Texts is not null || Text is not null);
        if (reference is not null && (_figures is null || (quality && !_figures.HasQuality))) _figures = Figures(reference);
        ModelFigures figures = Figures(model);

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

        ModelFigures Figures(QuantModel measured) => !quality ? ModelFigures.Of(measured)
            : Text is null ? ModelFigures.Of(measured, Accuracy(measured))
            : ModelFigures.Of(measured) with { Perplexity = Perplexity(measured, Text(measured)) };

        AccuracyReport Accuracy(QuantModel measured) =>
            ModelPerplexity.IsLanguageModel(measured)
                ? throw new QuantPSException("DatasetMismatch", $"'{measured.Name}' is a language model: give a text with -Data, a .txt or .tokens file.", measured.Name)
            : Texts is not null
                ? TextAccuracy.Measure(measured, Texts, null, BatchSize, Environment.ProcessorCount, progress?.Invoke($"texts through {measured.Name}", Texts.Examples.Length), cancel)
            : ModelAccuracy.Measure(measured, data!, Math.Min(BatchSize, data!.Count),
                Environment.ProcessorCount, unreadable, progress?.Invoke($"images through {measured.Name}", data.Count), cancel);

        PerplexityReport Perplexity(QuantModel measured, TextData text) => ModelPerplexity.Measure(
            measured, text, threads: Environment.ProcessorCount, progress: progress?.Invoke($"tokens through {measured.Name}", text.Ids.Length), cancel: cancel);
    }
}
