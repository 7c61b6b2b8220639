using QuantPS.Bridges;
using QuantPS.Data;
using SkiaSharp;

namespace QuantPS.Media;

/// <summary>Encodes by Skia.</summary>
public sealed class ImageEncoder : IImageEncoder
{
    private static readonly SKPngEncoderOptions _options = new(SKPngEncoderFilterFlags.AllFilters, 6);

    /// <inheritdoc/>
    public unsafe byte[] EncodePng(RgbImage image)
    {
        var rgba = new byte[image.Pixels.Length / 3 * 4];
        for (int from = 0, to = 0; to < rgba.Length; from += 3, to += 4)
        {
            rgba[to] = image.Pixels[from];
            rgba[to + 1] = image.Pixels[from + 1];
            rgba[to + 2] = image.Pixels[from + 2];
            rgba[to + 3] = byte.MaxValue;
        }
        fixed (byte* pixels = rgba)
        {
            using var pixmap = new SKPixmap(new SKImageInfo(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque), (nint)pixels);
            using SKData encoded = pixmap.Encode(_options) ?? throw new InvalidOperationException("Skia does not encode the image.");
            return encoded.ToArray();
        }
    }
}
