using System.Collections.Immutable;
using QuantPS.Analysis;

namespace QuantPS;

/// <summary>One step in a model's history.</summary>
/// <param name="Name">What was done, such as <c>StaticQuantization</c>.</param>
/// <param name="Settings">The settings that it was done with, by the names of the parameters.</param>
/// <param name="Records">What the step recorded as it went, such as the epochs of a training; empty for most.</param>
public sealed record ModelStep(string Name, ImmutableSortedDictionary<string, string> Settings, ImmutableArray<object> Records)
{
    /// <summary>What was measured of it, by name, such as the accuracies that a training with fake quantization compares.</summary>
    public ImmutableSortedDictionary<string, double> Measures { get; init; } = ImmutableSortedDictionary<string, double>.Empty;

    /// <summary>How far the values of each layer lie from those of the float form, such as that which a training converts; empty for most.</summary>
    public ImmutableArray<LayerDifference> Layers { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() =>
        Settings.IsEmpty ? Name : $"{Name} ({string.Join(", ", Settings.Select(setting => $"{setting.Key} {setting.Value}"))})";
}
