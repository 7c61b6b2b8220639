using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>Trained weights of a network of the zoo.</summary>
/// <param name="Name">The name of the architecture.</param>
/// <param name="Weights">The name of the weights, as their publisher spells it.</param>
/// <param name="Backend">The backend that they are quantized for; null for float weights.</param>
/// <param name="Top1">The top-1 accuracy in percent that is published, on the data that they were trained for; null where none is.</param>
/// <param name="FloatTop1">The published top-1 accuracy of the float weights that they came from.</param>
/// <param name="SizeMB">The length of the file in decimal megabytes; null where it is not published.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Url">Where the file is published; null for a file that comes with the module.</param>
public sealed record PretrainedWeights(
    string Name, string Weights, QuantizationBackend? Backend, double? Top1, double? FloatTop1, double? SizeMB, string FileName, Uri? Url)
{
    private const int HashLength = 8;

    /// <summary>The names of the classes; empty where they are not known.</summary>
    public ImmutableArray<string> Labels { get; init; } = [];

    /// <summary>The first digits of the SHA-256 of a published file, in lower case: its name ends in them, as PyTorch's hub names files.</summary>
    public string Hash => Path.GetFileNameWithoutExtension(FileName)[^HashLength..];
}
