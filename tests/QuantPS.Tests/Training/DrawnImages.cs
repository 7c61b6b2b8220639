using QuantPS.Data;

namespace QuantPS.Tests.Training;

/// <summary>Images of noise with a bright square, whose quarter of the image is the label.</summary>
internal sealed class DrawnImages(int size, ulong seed) : IImageSource
{
    public static Preprocessing Preprocessing { get; } = new(null, null, [0.5f, 0.5f, 0.5f], [0.25f, 0.25f, 0.25f]);

    public static ImageDataset Create(int count, int size = 8, ulong seed = 1) =>
        new("drawn", new DrawnImages(size, seed), ["upper left", "upper right", "lower left", "lower right"],
            [.. Enumerable.Range(0, count).Select(index => index % 4)]);

    public RgbImage Read(int index)
    {
        var random = new SeededRandom(seed, (ulong)index);
        var pixels = new byte[size * size * 3];
        foreach (ref byte pixel in pixels.AsSpan()) pixel = (byte)random.NextInt32(160);
        int half = size / 2, left = index % 4 % 2 * half, top = index % 4 / 2 * half;
        for (int y = top + 1; y < top + half; y++)
            pixels.AsSpan((y * size + left + 1) * 3, (half - 1) * 3).Fill(230);
        return new RgbImage(size, size, pixels);
    }

    public string PathOf(int index) => $"drawn#{index}";
}
