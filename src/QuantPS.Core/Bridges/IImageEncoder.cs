using QuantPS.Data;

namespace QuantPS.Bridges;

/// <summary>Writes compressed images. The bridge <c>Media</c> implements it; it may be used from several threads at once.</summary>
public interface IImageEncoder
{
    /// <summary>The bytes of a PNG file that holds the image without loss.</summary>
    byte[] EncodePng(RgbImage image);
}
