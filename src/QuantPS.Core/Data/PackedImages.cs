using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>Images of one size that lie uncompressed in memory, one channel after the other; grey ones are expanded.</summary>
internal sealed class PackedImages(int width, int height, int channels, ImmutableArray<PackedImages.Entry> entries) : IImageSource
{
    /// <param name="File">The file it was read from.</param>
    /// <param name="Number">Its number within that file.</param>
    /// <param name="Planes">Its pixels, channel by channel.</param>
    public readonly record struct Entry(string File, int Number, ReadOnlyMemory<byte> Planes);

    public RgbImage Read(int index)
    {
        ReadOnlySpan<byte> planes = entries[index].Planes.Span;
        int plane = width * height;
        var pixels = new byte[plane * 3];
        for (int channel = 0; channel < 3; channel++)
        {
            ReadOnlySpan<byte> from = planes.Slice(channel % channels * plane, plane);
            for (int i = 0; i < plane; i++) pixels[i * 3 + channel] = from[i];
        }
        return new RgbImage(width, height, pixels);
    }

    public string PathOf(int index) => $"{entries[index].File}#{entries[index].Number}";
}
