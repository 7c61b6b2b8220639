using QuantPS.Bridges;
using QuantPS.Data;

namespace QuantPS.Tests.Data;

public sealed class BatchReaderTests : IDisposable
{
    private static readonly Preprocessing _levels = new(null, null, [0], [1 / 255f]);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Batches_come_in_order_and_a_broken_image_is_left_out(int workers)
    {
        ImageDataset data = Write(count: 23, broken: 5);
        List<string> errors = [];
        List<(int Count, int Position)> batches = [];
        List<int> labels = [], indices = [];
        List<float> values = [];

        foreach (ImageBatch batch in new BatchReader(data, _levels, [3, 1, 1], 4) { Workers = workers, Unreadable = (path, _) => errors.Add(path) })
        {
            batches.Add((batch.Count, batch.Position));
            labels.AddRange(batch.Labels);
            indices.AddRange(batch.Indices);
            for (int i = 0; i < batch.Count; i++) values.Add(batch.Input.Span[3 * i]);
        }

        Assert.Equal([(4, 4), (3, 8), (4, 12), (4, 16), (4, 20), (3, 23)], batches);
        int[] readable = [.. Enumerable.Range(0, 23).Where(index => index != 5)];
        Assert.Equal(readable, indices);
        Assert.Equal(readable.Select(index => data.Labels[index]), labels);
        Assert.Equal(readable.Select(index => (float)index), values.Select(value => MathF.Round(value)));
        Assert.Equal([data.PathOf(5)], errors);
    }

    [Fact]
    public void It_reads_again_and_may_be_left_early()
    {
        var reader = new BatchReader(Write(count: 9), _levels, [3, 1, 1], 2);

        Assert.Equal(2, reader.First().Count);
        Assert.Equal(9, reader.Sum(batch => batch.Count));
    }

    [Fact]
    public void Cancelling_ends_it()
    {
        using var cancel = new CancellationTokenSource();
        int batches = 0;

        Assert.ThrowsAny<OperationCanceledException>(() =>
        {
            foreach (ImageBatch _ in new BatchReader(Write(count: 9), _levels, [3, 1, 1], 2) { Cancellation = cancel.Token })
            {
                batches++;
                cancel.Cancel();
            }
        });
        Assert.Equal(1, batches);
    }

    [Fact]
    public void Images_of_the_wrong_size_are_one_error() =>
        Assert.Equal("ImageShapeMismatch",
            Assert.Throws<QuantPSException>(() => new BatchReader(Write(count: 9), _levels, [3, 32, 32], 2).Count()).ErrorId);

    [Fact]
    public void Augmentation_depends_on_seed_epoch_and_image_and_on_nothing_else()
    {
        ImageDataset data = Write(count: 12, side: 8);
        float[] Epoch(ImageDataset data, int epoch, int batchSize, ulong seed = 1) =>
            [.. new BatchReader(data, _levels, [3, 8, 8], batchSize) { Augmentation = Augmentation.Cifar with { Seed = seed }, Epoch = epoch }
                .SelectMany(batch => batch.Input.ToArray())];

        float[] first = Epoch(data, 1, 12);
        Assert.Equal(first, Epoch(data, 1, 5));
        Assert.NotEqual(first, Epoch(data, 2, 12));
        Assert.NotEqual(first, Epoch(data, 1, 12, seed: 2));
        ImageDataset shuffled = data.Shuffle(1);
        float[] again = Epoch(shuffled, 1, 12);
        int at = Enumerable.Range(0, 12).First(index => shuffled.PathOf(index) == data.PathOf(3));
        Assert.Equal(first[(3 * 192)..(4 * 192)], again[(at * 192)..((at + 1) * 192)]);
    }

    [Fact]
    public void Cifar_as_jpeg_files_reads_whole()
    {
        ImageDataset data = ImageDataset.Open(Repository.Shared("data/cifar10/test"));

        Assert.Equal(2000, data.Count);
        Assert.Equal(["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"], data.Classes);
        Assert.Equal(2000, new BatchReader(data, Preprocessing.Cifar, [3, 32, 32], 128).Sum(batch => batch.Count));
    }

    [Fact]
    public void Broken_jpeg_files_among_good_ones_are_left_out()
    {
        string[] good = Directory.GetFiles(Repository.Shared("data/cifar10/test/frog"))[..8];
        foreach (string file in good) File.Copy(file, _folder.At("frog", Path.GetFileName(file)));
        byte[] jpeg = File.ReadAllBytes(good[0]);
        string[] bad = [_folder.Write("frog/0003a.jpg", jpeg[..(jpeg.Length / 2)]), _folder.Write("frog/0004a.jpg", []), _folder.Write("frog/zz.jpg", [.. "text"u8])];
        List<string> errors = [];

        int read = new BatchReader(ImageDataset.Open(_folder.Path), Preprocessing.Cifar, [3, 32, 32], 3)
        {
            Unreadable = (path, error) =>
            {
                Assert.Equal("ImageUnreadable", Assert.IsType<QuantPSException>(error).ErrorId);
                errors.Add(path);
            },
        }.Sum(batch => batch.Count);

        Assert.Equal(8, read);
        Assert.Equal(bad, errors);
    }

    /// <summary>Images in two classes whose red is their number in the data set.</summary>
    private ImageDataset Write(int count, int broken = -1, int side = 1)
    {
        var encoder = Bridge.Load<IImageEncoder>("Media");
        for (int index = 0; index < count; index++)
        {
            var pixels = new byte[3 * side * side];
            for (int i = 0; i < pixels.Length; i++) pixels[i] = (byte)(index + i);
            byte[] png = encoder.EncodePng(new RgbImage(side, side, pixels));
            _folder.Write($"{(index < count / 2 ? "a" : "b")}/{index:000}.png", index == broken ? png[..20] : png);
        }
        return ImageDataset.Open(_folder.Path);
    }
}
