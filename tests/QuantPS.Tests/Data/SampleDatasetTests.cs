using System.Security.Cryptography;
using QuantPS.Data;
using QuantPS.Data.Samples;

namespace QuantPS.Tests.Data;

public sealed class SampleDatasetTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_writes_both_sets_as_folders_of_every_class()
    {
        List<int> progress = [];

        SampleDataset.Write(_folder.At("shapes"), train: 95, test: 20, seed: 1, progress.Add, TestContext.Current.CancellationToken);

        ImageDataset train = ImageDataset.Open(_folder.At("shapes/train")), test = ImageDataset.Open(_folder.At("shapes/test"));
        Assert.Equal(SampleDataset.Classes, train.Classes);
        Assert.Equal([10, 10, 10, 10, 10, 9, 9, 9, 9, 9], train.Labels.CountBy(label => label).Select(count => count.Value));
        Assert.Equal((20, 10), (test.Count, test.Classes.Length));
        Assert.Equal(SampleDataset.Draw(1, test: true, index: 13).Pixels, test.Read(7).Pixels);
        Assert.Equal([100, 115], progress);
        Assert.Equal([_folder.At("shapes")], Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void The_pixels_of_a_seed_never_change()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int index = 0; index < 100; index++) hash.AppendData(SampleDataset.Draw(42, test: false, index).Pixels);

        Assert.Equal("3ba24f2466c639cd", Convert.ToHexStringLower(hash.GetHashAndReset())[..16]);
    }

    [Fact]
    public void Every_image_is_another()
    {
        byte[][] images = [.. new (ulong Seed, bool Test, int Index)[] { (1, false, 3), (1, false, 13), (1, true, 3), (2, false, 3) }
            .Select(image => SampleDataset.Draw(image.Seed, image.Test, image.Index).Pixels)];

        Assert.Equal(images.Length, images.DistinctBy(Convert.ToHexString).Count());
    }

    [Fact]
    public void The_classes_are_in_the_order_that_a_folder_gives_them() =>
        Assert.Equal(SampleDataset.Classes.Order(StringComparer.Ordinal), SampleDataset.Classes);

    [Fact]
    public void Every_shape_lies_around_the_origin_and_leaves_the_corners_free() => Assert.All(Shapes.All, shape =>
    {
        double area = 0;
        for (double y = -1.5; y < 1.5; y += 0.05)
            for (double x = -1.5; x < 1.5; x += 0.05)
                if (shape.Distance(x, y) < 0)
                {
                    area += 0.05 * 0.05;
                    Assert.InRange(Math.Sqrt(x * x + y * y), 0, 1.35);
                }
        Assert.InRange(area, 0.7, 2.5);
    });

    [Theory]
    [InlineData(9, 10)]
    [InlineData(10, 0)]
    public void Too_few_images_are_an_error_before_anything_is_written(int train, int test)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => Write(train, test));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    [Fact]
    public void A_path_that_is_in_use_is_an_error_and_stays_as_it_was()
    {
        string file = _folder.Write("shapes/mine.txt", [1]);

        var error = Assert.Throws<QuantPSException>(() => Write(10, 10));

        Assert.Equal("PathInUse", error.ErrorId);
        Assert.Contains(_folder.At("shapes"), error.Message);
        Assert.Equal([file], Directory.GetFileSystemEntries(_folder.At("shapes")));
    }

    [Fact]
    public void A_folder_that_is_empty_is_filled()
    {
        Directory.CreateDirectory(_folder.At("shapes"));

        Write(10, 10);

        Assert.Equal(10, ImageDataset.Open(_folder.At("shapes/train")).Count);
    }

    [Fact]
    public void Cancelled_it_leaves_nothing()
    {
        using var cancel = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => SampleDataset.Write(_folder.At("shapes"), 400, 10, seed: 1, _ => cancel.Cancel(), cancel.Token));
        Assert.Empty(Directory.GetFileSystemEntries(_folder.Path));
    }

    private void Write(int train, int test) =>
        SampleDataset.Write(_folder.At("shapes"), train, test, seed: 1, cancellation: TestContext.Current.CancellationToken);
}
