using QuantPS.Data;

namespace QuantPS.Tests.Data;

public sealed class ResamplingTests
{
    [Theory]
    [InlineData(500, 375, 256, 341, 256)]
    [InlineData(375, 500, 256, 256, 341)]
    [InlineData(100, 3, 2, 66, 2)]
    [InlineData(28, 28, 32, 32, 32)]
    public void The_shorter_side_is_as_asked_and_the_longer_is_rounded_down(int width, int height, int side, int newWidth, int newHeight) =>
        Assert.Equal((newWidth, newHeight), Resampling.SizeFor(width, height, side));

    [Theory] // By hand: halving weighs with (3, 3, 1) / 7 at the ends and (1, 3, 3, 1) / 8 within; doubling with (3, 1) / 4.
    [InlineData(new[] { 10, 20, 70, 200 }, new[] { 23, 119 })]
    [InlineData(new[] { 8, 16, 24, 88, 96, 80 }, new[] { 14, 56, 88 })]
    [InlineData(new[] { 10, 50 }, new[] { 10, 20, 40, 50 })]
    [InlineData(new[] { 0, 1 }, new[] { 0, 0, 1, 1 })]
    [InlineData(new[] { 0, 2 }, new[] { 0, 1, 2, 2 })]
    public void Rows_and_columns_are_weighed_as_by_hand(int[] from, int[] to)
    {
        byte[] grey = [.. from.SelectMany(level => Enumerable.Repeat((byte)level, 3))];
        byte[] expected = [.. to.SelectMany(level => Enumerable.Repeat((byte)level, 3))];

        Assert.Equal(expected, Resampling.Resize(new RgbImage(from.Length, 1, grey), to.Length, 1).Pixels);
        Assert.Equal(expected, Resampling.Resize(new RgbImage(1, from.Length, grey), 1, to.Length).Pixels);
    }

    [Theory]
    [InlineData(50, 37, 25, 18)]
    [InlineData(31, 64, 17, 35)]
    [InlineData(20, 20, 47, 53)]
    [InlineData(64, 9, 64, 5)]
    [InlineData(9, 64, 1, 64)]
    public void It_is_within_a_level_of_the_same_filter_in_double(int width, int height, int newWidth, int newHeight)
    {
        var random = new SeededRandom((ulong)width);
        var image = new RgbImage(width, height, [.. Enumerable.Range(0, 3 * width * height).Select(_ => (byte)random.NextInt32(256))]);

        RgbImage resized = Resampling.Resize(image, newWidth, newHeight);

        for (int y = 0; y < newHeight; y++)
            for (int x = 0; x < newWidth; x++)
                for (int channel = 0; channel < 3; channel++)
                    Assert.InRange(resized.Pixels[3 * (y * newWidth + x) + channel] - Exact(image, newWidth, newHeight, x, y, channel), -1.01, 1.01);
    }

    [Fact]
    public void An_image_of_the_right_size_is_not_copied()
    {
        var image = new RgbImage(4, 2, new byte[24]);

        Assert.Same(image, Resampling.Resize(image, 4, 2));
    }

    /// <summary>The triangle filter over both axes at once, without any rounding.</summary>
    private static double Exact(RgbImage image, int newWidth, int newHeight, int x, int y, int channel)
    {
        double sum = 0, weights = 0;
        for (int fromY = 0; fromY < image.Height; fromY++)
            for (int fromX = 0; fromX < image.Width; fromX++)
            {
                double weight = Triangle(image.Width, newWidth, x, fromX) * Triangle(image.Height, newHeight, y, fromY);
                sum += weight * image.Pixels[3 * (fromY * image.Width + fromX) + channel];
                weights += weight;
            }
        return sum / weights;
    }

    private static double Triangle(int size, int newSize, int to, int from)
    {
        double scale = (double)size / newSize;
        return Math.Max(0, 1 - Math.Abs(from + 0.5 - (to + 0.5) * scale) / Math.Max(scale, 1));
    }
}
