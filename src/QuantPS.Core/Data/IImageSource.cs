namespace QuantPS.Data;

/// <summary>Images by number, decoded when asked for; immutable, and safe to use from several threads.</summary>
internal interface IImageSource
{
    /// <summary>Decodes an image.</summary>
    /// <exception cref="QuantPSException"><c>ImageUnreadable</c>.</exception>
    RgbImage Read(int index);

    /// <summary>The image's file, or its file and number within it.</summary>
    string PathOf(int index);
}
