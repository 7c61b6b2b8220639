using QuantPS.Data;

namespace QuantPS.Tests.Training;

/// <summary>Images of noise with a bright square, whose quarter of the image is the label.</summary>
/// <param name="unreadable">The image that cannot be read, if there is one.</param>
internal sealed class DrawnImages(ulong seed, int? unreadable) : IImageSource
{
    private const int Size = 8;

    public static Preprocessing Preprocessing { get; } = new(null, null, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);

    public static ImageDataset Create(int count, ulong seed = 1, int? unreadable = null) =>
        new("drawn", new DrawnImages(seed, unreadable), ["upper left", "upper right", "lower left", "lower right"],
            [.. Enumerable.Range(0, count).Select(index => index % 4)]);

    public RgbImage Read(int index)
    {
        if (index == unreadable) throw new QuantPSException("ImageUnreadable", "It is torn.", PathOf(index));
        var random = new SeededRandom(seed, (ulong)index);
        var pixels = new byte[Size * Size * 3];
        foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)random.NextInt32(160);
        int half = Size / 2, left = index % 2 * half, top = index / 2 % 2 * half;
        for (int y = top + 1; y < top + half; y++)
            pixels.AsSpan((y * Size + left + 1) * 3, (half - 1) * 3).Fill(230);
        return new RgbImage(Size, Size, pixels);
    }

    public string PathOf(int index) => $"drawn#{index}";
}
