using System.Collections.Immutable;
using System.Globalization;

namespace QuantPS.Data;

/// <summary>
/// How an image becomes a network's input, as torchvision's classification transforms do it on PIL images: resize the shorter side
/// (bilinear, antialiased), crop the centre, scale to 0..1, normalise each channel.
/// </summary>
/// <param name="Resize">The length in pixels that the shorter side is resized to; null to leave the image as it is.</param>
/// <param name="Crop">The side in pixels of the square cut from the centre; null to take the whole image.</param>
/// <param name="Mean">The mean of each channel that is subtracted, for values from 0 to 1.</param>
/// <param name="Std">The standard deviation of each channel that is divided by.</param>
public sealed record Preprocessing(int? Resize, int? Crop, ImmutableArray<float> Mean, ImmutableArray<float> Std)
{
    /// <summary>What torchvision's ImageNet models take: 256, 224, and the statistics of ImageNet.</summary>
    public static Preprocessing ImageNet { get; } = new(256, 224, [0.485f, 0.456f, 0.406f], [0.229f, 0.224f, 0.225f]);

    /// <summary>What the CIFAR networks take: 32x32 images as they are, with the statistics of ImageNet.</summary>
    public static Preprocessing Cifar { get; } = ImageNet with { Resize = null, Crop = null };

    /// <summary>None: the network does not take images.</summary>
    public static Preprocessing None { get; } = new(null, null, [], []);

    /// <summary>The steps as a line of text, such as <c>resize 256, crop 224, mean 0.485 0.456 0.406, std 0.229 0.224 0.225</c>.</summary>
    public override string ToString() => Mean.IsEmpty ? "" : string.Join(", ",
    [
        .. Resize is null ? [] : new[] { $"resize {Resize}" },
        .. Crop is null ? [] : new[] { $"crop {Crop}" },
        $"mean {Join(Mean)}",
        $"std {Join(Std)}",
    ]);

    private static string Join(ImmutableArray<float> values) =>
        string.Join(' ', values.Select(value => value.ToString(CultureInfo.InvariantCulture)));
}
