using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>The trained weights that are known: the table <c>Weights.csv</c>.</summary>
/// <remarks>
/// Sources of the table: the weights enumerations of torchvision/models/*.py and torchvision/models/quantization/*.py, which give sizes in
/// MiB; github.com/akamaster/pytorch_resnet_cifar10.
/// </remarks>
public static class WeightsCatalogue
{
    /// <summary>The name that stands for the weights that are taken when none are named.</summary>
    public const string Default = "DEFAULT";

    /// <summary>All of them.</summary>
    public static ImmutableArray<PretrainedWeights> All { get; } = WeightsTable.Load();

    /// <summary>The backend that an architecture is quantized for where nothing else is asked: that of its published weights, else x86.</summary>
    public static QuantizationBackend BackendOf(Architecture architecture) =>
        All.FirstOrDefault(weights => weights.Name == architecture.Name && weights.Backend is not null)?.Backend ?? QuantizationBackend.X86;

    /// <summary>The weights of an architecture that have a name, or torchvision's default where none is named.</summary>
    /// <param name="architecture">The architecture.</param>
    /// <param name="quantized">Whether quantized weights are asked for, or float ones; null for those of the name, whichever they are.</param>
    /// <param name="backend">The backend that quantized weights are for; any when null.</param>
    /// <param name="name">The name, whatever its case; null or <see cref="Default"/> for the default.</param>
    /// <exception cref="QuantPSException"><c>WeightsUnknown</c>: there are none; the message says what there is.</exception>
    public static PretrainedWeights Find(Architecture architecture, bool? quantized, QuantizationBackend? backend = null, string? name = null)
    {
        bool isDefault = name is null || name.Equals(Default, StringComparison.OrdinalIgnoreCase);
        return Of(architecture)
            .Where(weights => quantized is null || weights.Backend is not null == quantized)
            .Where(weights => backend is null || quantized == false || weights.Backend == backend)
            .FirstOrDefault(weights => isDefault ? weights.IsDefault : weights.Weights.Equals(name, StringComparison.OrdinalIgnoreCase))
            ?? throw Unknown(architecture, string.Join(' ',
            [
                .. quantized switch { true => ["int8"], false => ["float"], _ => Array.Empty<string>() },
                .. backend is null || quantized == false ? [] : new[] { backend.ToString()!.ToLowerInvariant() },
                "weights",
                .. isDefault ? [] : new[] { $"'{name}'" },
            ]));
    }

    /// <summary>The weights of an architecture that a file holds, told by its name; null where the name is that of none.</summary>
    public static PretrainedWeights? OfFile(Architecture architecture, string fileName) =>
        Of(architecture).FirstOrDefault(known => fileName == known.FileName || fileName == known.OlderFileName);

    private static IEnumerable<PretrainedWeights> Of(Architecture architecture) => All.Where(weights => weights.Name == architecture.Name);

    private static QuantPSException Unknown(Architecture architecture, string what)
    {
        string known = string.Join(", ", Of(architecture));
        return new("WeightsUnknown",
            $"There are no {what} of {architecture.Name}. {(known.Length == 0 ? "" : $"There are: {known}. ")}" +
            "Get the float model (-Float) and quantize it with Invoke-StaticQuantization, or take random weights (-Untrained).", architecture.Name);
    }
}
