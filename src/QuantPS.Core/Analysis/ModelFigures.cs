using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Analysis;

/// <summary>What was measured of one model, and how it was made; without the model itself.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Precision">What it holds its weights and activations in.</param>
/// <param name="Backend">The backend whose numerics it follows; null while it is in float.</param>
/// <param name="Size">How large it is.</param>
/// <param name="Accuracy">How well it tells images apart; null where that was not measured.</param>
/// <param name="History">The steps that made it, oldest first.</param>
public sealed record ModelFigures(
    string Name, ModelPrecision Precision, QuantizationBackend? Backend, ModelSize Size, AccuracyReport? Accuracy, ImmutableArray<ModelStep> History)
{
    /// <summary>Measures the size of a model, and takes down its history.</summary>
    /// <param name="model">The model.</param>
    /// <param name="accuracy">Its accuracy, where that was measured.</param>
    public static ModelFigures Of(QuantModel model, AccuracyReport? accuracy = null) =>
        new(model.Name, model.Precision, model.Backend, ModelSize.Of(model), accuracy, model.History);

    /// <summary>The name and the precision: two forms of one network differ in it.</summary>
    public override string ToString() => $"{Name} ({Precision})";
}
