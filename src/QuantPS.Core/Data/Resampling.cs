namespace QuantPS.Data;

/// <summary>
/// Resizes as PIL's <c>Image.resize</c> does with <c>BILINEAR</c> (Pillow, src/libImaging/Resample.c): a triangle filter as wide as the
/// images' ratio when it shrinks, weights in fixed point, first along rows and then along columns, each rounded to 8 bits.
/// </summary>
internal static class Resampling
{
    private const int PrecisionBits = 32 - 8 - 2;

    /// <summary>The size that torchvision's <c>Resize</c> gives an image whose shorter side becomes <paramref name="side"/>.</summary>
    public static (int Width, int Height) SizeFor(int width, int height, int side) =>
        width <= height ? (side, Checked((long)side * height / width)) : (Checked((long)side * width / height), side);

    /// <summary>The image at another size; the same image where it has that size.</summary>
    /// <exception cref="InvalidDataException">The size has more than <see cref="RgbImage.MaxPixels"/> pixels.</exception>
    public static RgbImage Resize(RgbImage image, int width, int height)
    {
        if ((long)width * height > RgbImage.MaxPixels || (long)width * image.Height > RgbImage.MaxPixels)
            throw new InvalidDataException($"Resized from {image.Width}x{image.Height} to {width}x{height} it has more than {RgbImage.MaxPixels} pixels.");
        RgbImage wide = width == image.Width ? image : ResizeRows(image, width);
        return height == image.Height ? wide : ResizeColumns(wide, height);
    }

    private static RgbImage ResizeRows(RgbImage image, int width)
    {
        Window[] windows = WindowsFor(image.Width, width);
        var pixels = new byte[3 * width * image.Height];
        for (int y = 0, to = 0; y < image.Height; y++)
        {
            ReadOnlySpan<byte> row = image.Pixels.AsSpan(3 * image.Width * y, 3 * image.Width);
            foreach (Window window in windows)
            {
                int red = 1 << PrecisionBits - 1, green = red, blue = red;
                int from = 3 * window.Start;
                foreach (int weight in window.Weights)
                {
                    red += row[from] * weight;
                    green += row[from + 1] * weight;
                    blue += row[from + 2] * weight;
                    from += 3;
                }
                pixels[to++] = Round(red);
                pixels[to++] = Round(green);
                pixels[to++] = Round(blue);
            }
        }
        return new RgbImage(width, image.Height, pixels);
    }

    private static RgbImage ResizeColumns(RgbImage image, int height)
    {
        int stride = 3 * image.Width;
        var sums = new int[stride];
        var pixels = new byte[stride * height];
        int y = 0;
        foreach (Window window in WindowsFor(image.Height, height))
        {
            Array.Fill(sums, 1 << PrecisionBits - 1);
            for (int i = 0; i < window.Weights.Length; i++)
            {
                int weight = window.Weights[i];
                ReadOnlySpan<byte> row = image.Pixels.AsSpan(stride * (window.Start + i), stride);
                for (int x = 0; x < row.Length; x++) sums[x] += row[x] * weight;
            }
            Span<byte> to = pixels.AsSpan(stride * y++, stride);
            for (int x = 0; x < to.Length; x++) to[x] = Round(sums[x]);
        }
        return new RgbImage(image.Width, height, pixels);
    }

    /// <summary>Which pixels make up each new one, and how much of each.</summary>
    private readonly record struct Window(int Start, int[] Weights);

    private static Window[] WindowsFor(int size, int newSize)
    {
        double scale = (double)size / newSize;
        double support = Math.Max(scale, 1);
        var windows = new Window[newSize];
        for (int i = 0; i < newSize; i++)
        {
            double center = (i + 0.5) * scale;
            int start = Math.Max((int)(center - support + 0.5), 0);
            int end = Math.Min((int)(center + support + 0.5), size);
            var weights = new double[end - start];
            double sum = 0;
            for (int x = 0; x < weights.Length; x++)
                sum += weights[x] = Math.Max(1 - Math.Abs((x + start - center + 0.5) * (1 / support)), 0);
            windows[i] = new Window(start, Array.ConvertAll(weights, weight => (int)(0.5 + (sum == 0 ? weight : weight / sum) * (1 << PrecisionBits))));
        }
        return windows;
    }

    private static byte Round(int sum) => (byte)Math.Clamp(sum >> PrecisionBits, byte.MinValue, byte.MaxValue);

    private static int Checked(long size) => (int)Math.Clamp(size, 1, int.MaxValue);
}
