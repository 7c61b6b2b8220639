using QuantPS.Bridges;

namespace QuantPS.Data;

/// <summary>Image files.</summary>
public static class ImageFile
{
    /// <summary>The extensions of the image files that are read; upper case is the same.</summary>
    public static IReadOnlyList<string> Extensions { get; } = [".jpg", ".jpeg", ".png", ".bmp", ".webp"];

    /// <summary>Whether a path has one of the <see cref="Extensions"/>.</summary>
    public static bool IsImage(string path) => Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads and decodes an image, whatever its extension (see <see cref="IImageDecoder.Decode"/>).</summary>
    /// <exception cref="QuantPSException"><c>ImageUnreadable</c>: the file cannot be opened or decoded; the target is its path.</exception>
    public static RgbImage Read(string path)
    {
        var decoder = Bridge.Load<IImageDecoder>("Media");
        try
        {
            return decoder.Decode(File.ReadAllBytes(path));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw Unreadable(path, error);
        }
    }

    internal static QuantPSException Unreadable(string path, Exception error)
    {
        string message = Directory.Exists(path)
            ? $"'{path}' is a folder, not an image. Give the files in it, as in '{Path.Combine(path, "*")}'."
            : $"The image '{path}' cannot be read: {error.Message}";
        return new("ImageUnreadable", message, path, error);
    }
}
