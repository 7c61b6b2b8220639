using QuantPS.Bridges;
using QuantPS.Data;
using SkiaSharp;

namespace QuantPS.Media;

/// <summary>Decodes by Skia, whose JPEG decoder is libjpeg-turbo, as PIL's is.</summary>
public sealed class ImageDecoder : IImageDecoder
{
    /// <summary>Loads Skia, so that a native library that does not load is known when the bridge is, not at the first image.</summary>
    public ImageDecoder() => _ = SKImageInfo.PlatformColorType;

    /// <inheritdoc/>
    public unsafe RgbImage Decode(ReadOnlySpan<byte> encoded)
    {
        fixed (byte* bytes = encoded)
        {
            using SKData data = SKData.Create((nint)bytes, encoded.Length);
            using SKCodec codec = SKCodec.Create(data) ?? throw new InvalidDataException("It is not a JPEG, PNG, BMP or WebP image, or its header is broken.");
            (int width, int height) = (codec.Info.Width, codec.Info.Height);
            if ((long)width * height > RgbImage.MaxPixels)
                throw new InvalidDataException($"Its header promises {width}x{height} pixels; the limit is {RgbImage.MaxPixels} pixels.");

            // Without a colour space Skia converts no colours; unpremultiplied, it leaves them as they are under any alpha.
            var layout = new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
            var rgba = new byte[layout.BytesSize64];
            fixed (byte* pixels = rgba)
                if (codec.GetPixels(layout, (nint)pixels) is not SKCodecResult.Success and var result)
                    throw new InvalidDataException(result == SKCodecResult.IncompleteInput ? "The file is cut off." : $"It does not decode ({result}).");
            return new RgbImage(width, height, DropAlpha(rgba));
        }
    }

    private static byte[] DropAlpha(byte[] rgba)
    {
        var rgb = new byte[rgba.Length / 4 * 3];
        for (int from = 0, to = 0; from < rgba.Length; from += 4, to += 3)
        {
            rgb[to] = rgba[from];
            rgb[to + 1] = rgba[from + 1];
            rgb[to + 2] = rgba[from + 2];
        }
        return rgb;
    }
}
