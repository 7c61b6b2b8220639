using QuantPS.Engine;

namespace QuantPS.Tests.Engine;

/// <summary>The sizes of a convolution.</summary>
internal sealed record ConvCase(int Height, int Width, int Inputs, int Outputs, Window2 Window, int Groups = 1, int Batch = 1)
{
    public Shape Input => [Inputs, Height, Width];

    public Shape Weight => [Outputs, Inputs / Groups, Window.Kernel.Height, Window.Kernel.Width];

    public Size2 Output => Window.Output(Height, Width);

    /// <summary>Cases at the edges, then random ones.</summary>
    public static IEnumerable<ConvCase> All(int seed, int count)
    {
        yield return new(1, 1, 1, 1, new(1, 1, 0));
        yield return new(1, 1, 3, 5, new(3, 1, 1));
        yield return new(2, 3, 2, 3, new(5, 1, 2));
        yield return new(3, 2, 1, 1, new(new Size2(5, 7), 1, new Size2(2, 3)));
        yield return new(7, 7, 40, 33, new(1, 1, 0), Batch: 2);
        yield return new(12, 12, 3, 32, new(3, 2, 1));
        yield return new(9, 8, 16, 16, new(3, 1, 1), Groups: 16);
        yield return new(9, 8, 33, 33, new(3, 2, 1), Groups: 33, Batch: 3);
        yield return new(6, 6, 8, 16, new(3, 1, 1), Groups: 8);
        yield return new(8, 8, 12, 20, new(3, 1, 1), Groups: 4);
        yield return new(10, 10, 4, 4, new(3, 1, 4, 4));
        yield return new(10, 9, 7, 7, new(3, 1, 3, 3), Groups: 7);
        yield return new(5, 5, 64, 24, new(1, 2, 0));
        yield return new(4, 4, 2, 2, new(1, 1, 1));
        for (int channels = 1; channels <= 33; channels += 4)
            yield return new(5, 6, channels, channels, new(3, 1, 1), Groups: channels);
        // Padding that reaches past all that an output sees.
        yield return new(2, 1, 3, 20, new(1, new Size2(1, 10), new Size2(0, 3)));
        yield return new(2, 2, 4, 4, new(2, new Size2(1, 9), new Size2(0, 4)), Groups: 4);
        // Panels and blocks of every width, filled and not.
        foreach (int channels in new[] { 24, 31, 32, 40, 48, 56, 64, 80, 96, 112, 130, 200 })
        {
            yield return new(3, 5, 6, channels, new(1, 1, 0));
            yield return new(4, 3, 5, channels, new(3, 1, 1), Batch: 2);
            yield return new(1, 1, 9, channels, new(1, 1, 0));
            yield return new(5, 4, channels, channels, new(3, 1, 1), Groups: channels);
            yield return new(6, 7, channels, channels, new(3, 2, 1), Groups: channels);
        }
        // Depthwise kernels of more than four rows, of few columns, with few pixels, and far apart.
        foreach (int channels in new[] { 7, 32, 72, 100 })
        {
            yield return new(9, 7, channels, channels, new(5, 1, 2), Groups: channels);
            yield return new(9, 10, channels, channels, new(5, 2, 2), Groups: channels, Batch: 2);
            yield return new(8, 9, channels, channels, new(7, 1, 3), Groups: channels);
            yield return new(7, 1, channels, channels, new(new Size2(3, 1), 1, new Size2(1, 0)), Groups: channels);
            yield return new(1, 5, channels, channels, new(new Size2(1, 3), new Size2(1, 2), new Size2(0, 1)), Groups: channels);
            yield return new(5, 2, channels, channels, new(3, 2, 1), Groups: channels);
            yield return new(7, 8, channels, channels, new(3, 1, 2, 2), Groups: channels);
        }
        var random = new Random(seed);
        for (int i = 0; i < count; i++)
        {
            int groups = random.Next(4) switch { 0 => random.Next(1, 34), 1 => random.Next(1, 4), _ => 1 };
            bool depthwise = groups > 1 && random.Next(2) == 0;
            int inputs = groups * (depthwise ? 1 : random.Next(1, groups > 4 ? 3 : 20)), outputs = groups * (depthwise ? 1 : random.Next(1, groups > 4 ? 3 : 24));
            Size2 kernel = new(random.Next(1, 5), random.Next(1, 5)), dilation = new(random.Next(1, 3), random.Next(1, 3));
            Size2 padding = new(random.Next(0, kernel.Height + 1), random.Next(0, kernel.Width + 1));
            Size2 stride = new(random.Next(1, 4), random.Next(1, 4));
            var made = new ConvCase(random.Next(1, 14), random.Next(1, 14), inputs, outputs, new(kernel, stride, padding, dilation), groups, random.Next(1, 4));
            if (made.Output is { Height: > 0, Width: > 0 }) yield return made;
        }
    }

    /// <summary>
    /// The sum of a value for each tap inside the image and each input channel of the group: the definition of a convolution, in
    /// PyTorch's order.
    /// </summary>
    public T[] Convolve<T>(Func<int, int, T> product, Func<T, T, T> add, Func<T, int, T> finish) where T : struct
    {
        Size2 output = Output;
        var result = new T[Batch * Outputs * output.Height * output.Width];
        int at = 0, perGroup = Inputs / Groups;
        for (int n = 0; n < Batch; n++)
            for (int o = 0; o < Outputs; o++)
                for (int row = 0; row < output.Height; row++)
                    for (int column = 0; column < output.Width; column++)
                    {
                        T sum = default;
                        for (int i = 0; i < perGroup; i++)
                            for (int ky = 0; ky < Window.Kernel.Height; ky++)
                                for (int kx = 0; kx < Window.Kernel.Width; kx++)
                                {
                                    int y = row * Window.Stride.Height - Window.Padding.Height + ky * Window.Dilation.Height;
                                    int x = column * Window.Stride.Width - Window.Padding.Width + kx * Window.Dilation.Width;
                                    if (y < 0 || x < 0 || y >= Height || x >= Width) continue;
                                    int channel = o / (Outputs / Groups) * perGroup + i;
                                    sum = add(sum, product(
                                        ((n * Inputs + channel) * Height + y) * Width + x,
                                        ((o * perGroup + i) * Window.Kernel.Height + ky) * Window.Kernel.Width + kx));
                                }
                        result[at++] = finish(sum, o);
                    }
        return result;
    }
}
