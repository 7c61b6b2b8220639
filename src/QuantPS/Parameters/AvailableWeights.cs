using QuantPS.Engine;
using QuantPS.Zoo;

namespace QuantPS.Commands;

/// <summary>Published weights, and whether they are on this machine.</summary>
/// <param name="weights">The weights.</param>
/// <param name="path">Where their file is; null where it is not on this machine.</param>
public sealed class AvailableWeights(PretrainedWeights weights, string? path)
{
    /// <summary>The name of the network.</summary>
    public string Name => weights.Name;

    /// <summary>The name of the weights, as their publisher spells it.</summary>
    public string Weights => weights.Weights;

    /// <summary>The backend that they are quantized for; nothing for float weights.</summary>
    public QuantizationBackend? Backend => weights.Backend;

    /// <summary>Whether they are float weights: then Get-QuantizedPretrained takes them with -Float.</summary>
    public bool Float => weights.Backend is null;

    /// <summary>Whether they are taken when no others are asked for, among the int8 or the float ones of the network.</summary>
    public bool Default => weights.IsDefault;

    /// <summary>The published top-1 accuracy in percent.</summary>
    public double? Top1 => weights.Top1;

    /// <summary>The published top-5 accuracy in percent.</summary>
    public double? Top5 => weights.Top5;

    /// <summary>The float weights that quantized ones came from.</summary>
    public string? FloatWeights => weights.Unquantized?.Weights;

    /// <summary>The published top-1 accuracy of the float weights that they came from.</summary>
    public double? FloatTop1 => weights.FloatTop1;

    /// <summary>The length of the file in decimal megabytes.</summary>
    public double? SizeMB => weights.SizeMB;

    /// <summary>The length that the shorter side of an image is resized to, in pixels.</summary>
    public int? Resize => weights.Resize;

    /// <summary>The side of the square that is cut from its centre, in pixels.</summary>
    public int? Crop => weights.Crop;

    /// <summary>The start of the SHA-256 of the file, where its name carries it.</summary>
    public string? Hash => weights.Hash;

    /// <summary>Where the file is published; nothing for one that comes with the module.</summary>
    public Uri? Url => weights.Url;

    /// <summary>Whether the file is on this machine.</summary>
    public bool Cached => path is not null;

    /// <summary>Where the file is on this machine.</summary>
    public string? Path => path;
}
