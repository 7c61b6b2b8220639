using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>Trained weights of a network of the zoo, that others publish.</summary>
/// <param name="Name">The name of the architecture.</param>
/// <param name="Weights">The name of the weights, as their publisher spells it.</param>
/// <param name="Backend">The backend that they are quantized for; null for float weights.</param>
/// <param name="Top1">The published top-1 accuracy in percent, on the data that they were trained for.</param>
/// <param name="FloatTop1">The published top-1 accuracy of the float weights that they came from.</param>
/// <param name="SizeMB">The length of the file in decimal megabytes; null where it is not published.</param>
/// <param name="Url">Where the file is published.</param>
public sealed record PretrainedWeights(
    string Name, string Weights, QuantizationBackend? Backend, double Top1, double FloatTop1, double? SizeMB, Uri Url)
{
    private const int HashLength = 8;

    /// <summary>The name of the file, which ends in the first digits of its SHA-256, as PyTorch's hub names files.</summary>
    public string FileName => Url.Segments[^1];

    /// <summary>The first digits of the file's SHA-256, in lower case.</summary>
    public string Hash => Path.GetFileNameWithoutExtension(FileName)[^HashLength..];
}
