using System.Collections.Immutable;
using System.Text.RegularExpressions;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>Trained weights of a network of the zoo.</summary>
/// <param name="Name">The name of the architecture.</param>
/// <param name="Weights">The name of the weights, as their publisher spells it.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Url">Where the file is published; null for a file that comes with the module.</param>
public sealed partial record PretrainedWeights(string Name, string Weights, string FileName, Uri? Url)
{
    /// <summary>The backend that they are quantized for; null for float weights.</summary>
    public QuantizationBackend? Backend { get; init; }

    /// <summary>Whether they are those that are taken when no others are asked for, among the quantized or the float ones of the network.</summary>
    public bool IsDefault { get; init; }

    /// <summary>The published top-1 accuracy in percent, on the data that they were trained for; null where none is.</summary>
    public double? Top1 { get; init; }

    /// <summary>The published top-5 accuracy in percent; null where none is.</summary>
    public double? Top5 { get; init; }

    /// <summary>The length of the file in decimal megabytes, to a thousandth of a MiB; null where it is not published.</summary>
    public double? SizeMB { get; init; }

    /// <summary>The float weights that quantized ones came from; null for float weights.</summary>
    public PretrainedWeights? Unquantized { get; init; }

    /// <summary>The published top-1 accuracy of the float weights that they came from.</summary>
    public double? FloatTop1 => (Unquantized ?? this).Top1;

    /// <summary>The length in pixels that the shorter side of an image is resized to; null to leave the image as it is.</summary>
    public int? Resize { get; init; }

    /// <summary>The side in pixels of the square cut from the centre; null to take the whole image.</summary>
    public int? Crop { get; init; }

    /// <summary>The names of the classes; empty where they are not known.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>The name that the file was published under before; null where there was no other.</summary>
    public string? OlderFileName { get; init; }

    /// <summary>
    /// The first digits of the SHA-256 of the published file, in lower case, where its name ends in them after a hyphen, as PyTorch's hub
    /// names files; null where it does not. Digits after an underscore are no checksum, and those of <see cref="OlderFileName"/> are none.
    /// </summary>
    public string? Hash => HashInName().Match(FileName) is { Success: true } match ? match.Groups["hash"].Value : null;

    /// <summary>A model of these weights, with their labels and their preprocessing.</summary>
    public QuantModel Describe(QuantModel model) => model with
    {
        Labels = Labels.IsEmpty ? model.Labels : Labels,
        Preprocessing = model.Preprocessing with { Resize = Resize, Crop = Crop },
    };

    /// <inheritdoc/>
    public override string ToString() => $"{Weights} ({Backend?.ToString().ToLowerInvariant() ?? "float"})";

    [GeneratedRegex(@"-(?<hash>[0-9a-f]{8,64})\.\w+$")]
    private static partial Regex HashInName();
}
