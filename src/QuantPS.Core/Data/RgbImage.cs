namespace QuantPS.Data;

/// <summary>A decoded image: 8 bits a channel, red, green and blue interleaved, row by row from the top left.</summary>
public sealed class RgbImage
{
    /// <summary>The most pixels an image may have: where PIL, too, takes an image for a decompression bomb.</summary>
    public const long MaxPixels = 178_956_970;

    /// <summary>An image over given pixels, which are not copied.</summary>
    /// <param name="width">The width in pixels, at least 1.</param>
    /// <param name="height">The height in pixels, at least 1.</param>
    /// <param name="pixels">3 * <paramref name="width"/> * <paramref name="height"/> bytes.</param>
    /// <exception cref="ArgumentException">The sizes and the pixels do not agree.</exception>
    public RgbImage(int width, int height, byte[] pixels)
    {
        if (width < 1 || height < 1 || pixels.Length != 3L * width * height)
            throw new ArgumentException($"{pixels.Length} bytes are not an RGB image of {width}x{height}.", nameof(pixels));
        (Width, Height, Pixels) = (width, height, pixels);
    }

    /// <summary>The width in pixels.</summary>
    public int Width { get; }

    /// <summary>The height in pixels.</summary>
    public int Height { get; }

    /// <summary>The pixels: red, green and blue of (0, 0), of (1, 0), and so on.</summary>
    public byte[] Pixels { get; }
}
