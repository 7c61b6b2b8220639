using QuantPS.Data;

namespace QuantPS.Bridges;

/// <summary>Reads compressed images. The bridge <c>Media</c> implements it; it may be used from several threads at once.</summary>
public interface IImageDecoder
{
    /// <summary>
    /// Decodes an image as PIL does with <c>convert("RGB")</c>: grey is expanded, alpha dropped without blending, a colour profile and
    /// the EXIF orientation ignored.
    /// </summary>
    /// <param name="encoded">The bytes of a JPEG, PNG, BMP or WebP file.</param>
    /// <exception cref="InvalidDataException">
    /// They are not an image, are broken or cut off, or their header promises more than <see cref="RgbImage.MaxPixels"/> (checked before
    /// anything is decoded).
    /// </exception>
    RgbImage Decode(ReadOnlySpan<byte> encoded);
}
