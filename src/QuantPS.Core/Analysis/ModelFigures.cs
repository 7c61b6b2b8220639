using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Analysis;

/// <summary>What was measured of one model, and how it was made; without the model itself.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Precision">What it holds its weights and activations in.</param>
/// <param name="Backend">The backend whose numerics it follows; null while it is in float.</param>
/// <param name="Size">How large it is.</param>
/// <param name="Accuracy">How well it tells images or texts apart; null where that was not measured.</param>
/// <param name="History">The steps that made it, oldest first.</param>
public sealed record ModelFigures(
    string Name, ModelPrecision Precision, QuantizationBackend? Backend, ModelSize Size, AccuracyReport? Accuracy, ImmutableArray<ModelStep> History)
{
    /// <summary>How well a language model foretells a text; null where that was not measured.</summary>
    public PerplexityReport? Perplexity { get; init; }

    /// <summary>Whether it was measured how good the model's answers are.</summary>
    internal bool HasQuality => Accuracy is not null || Perplexity is not null;

    /// <summary>The name of what that was measured on, and the number of its images, texts or tokens; null where it was not.</summary>
    internal (string Data, int Count)? MeasuredOn =>
        Accuracy is { } accuracy ? (accuracy.Data, accuracy.Count) : Perplexity is { } perplexity ? (perplexity.Data, perplexity.Count) : null;

    /// <summary>Measures the size of a model, and takes down its history.</summary>
    /// <param name="model">The model.</param>
    /// <param name="accuracy">Its accuracy, where that was measured.</param>
    public static ModelFigures Of(QuantModel model, AccuracyReport? accuracy = null) =>
        new(model.Name, model.Precision, model.Backend, ModelSize.Of(model), accuracy, model.History);

    /// <summary>The name and the precision: two forms of one network differ in it.</summary>
    public override string ToString() => $"{Name} ({Precision})";
}
