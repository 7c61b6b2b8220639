using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Commands;

/// <summary>Published weights, and whether they are on this machine.</summary>
public sealed class AvailableWeights(PretrainedWeights weights, bool cached)
{
    /// <summary>The name of the network.</summary>
    public string Name => weights.Name;

    /// <summary>The name of the weights, as their publisher spells it.</summary>
    public string Weights => weights.Weights;

    /// <summary>The backend that they are quantized for; nothing for float weights.</summary>
    public QuantizationBackend? Backend => weights.Backend;

    /// <summary>Whether they are float weights: then Get-QuantizedPretrained takes them with -Float.</summary>
    public bool Float => weights.Backend is null;

    /// <summary>The published top-1 accuracy in percent.</summary>
    public double? Top1 => weights.Top1;

    /// <summary>The published top-1 accuracy of the float weights that they came from.</summary>
    public double? FloatTop1 => weights.FloatTop1;

    /// <summary>The length of the file in decimal megabytes.</summary>
    public double? SizeMB => weights.SizeMB;

    /// <summary>Where the file is published; nothing for one that comes with the module.</summary>
    public Uri? Url => weights.Url;

    /// <summary>Whether the file is on this machine.</summary>
    public bool Cached => cached;
}
