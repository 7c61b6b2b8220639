using System.Collections.Immutable;
using QuantPS.Data;

namespace QuantPS.Tests.Data;

public sealed class ImageDatasetTests
{
    // 20 images of class 0, 10 of class 1, 3 of class 2
    private static readonly ImageDataset _data = new("", new Numbered(), ["a", "b", "c"],
        [.. Enumerable.Repeat(0, 20), .. Enumerable.Repeat(1, 10), .. Enumerable.Repeat(2, 3)]) { Preprocessing = Preprocessing.Cifar };

    [Fact]
    public void First_keeps_the_order_and_the_preprocessing()
    {
        ImageDataset first = _data.First(22);

        Assert.Equal(Enumerable.Range(0, 22).Select(index => $"{index}"), Paths(first));
        Assert.Same(Preprocessing.Cifar, first.Preprocessing);
        Assert.Same(_data, _data.First(1000));
    }

    [Fact]
    public void Shuffle_is_repeatable_and_keeps_labels_with_their_images()
    {
        ImageDataset shuffled = _data.Shuffle(3);

        Assert.Equal(Paths(shuffled), Paths(_data.Shuffle(3)));
        Assert.NotEqual(Paths(shuffled), Paths(_data.Shuffle(4)));
        Assert.Equal(Paths(_data).Order(), Paths(shuffled).Order());
        for (int index = 0; index < shuffled.Count; index++)
            Assert.Equal(_data.Labels[int.Parse(shuffled.PathOf(index))], shuffled.Labels[index]);
    }

    [Fact]
    public void A_sample_is_spread_over_the_classes_and_begins_a_larger_one()
    {
        ImageDataset sample = _data.Sample(9, 1);

        Assert.Equal([3, 3, 3], sample.Labels.CountBy(label => label).Select(count => count.Value));
        Assert.Equal(Paths(sample), Paths(_data.Sample(20, 1))[..9]);
        Assert.Equal([3, 8, 9], _data.Sample(20, 1).Labels.CountBy(label => label).Select(count => count.Value).Order());
        Assert.Equal(33, Paths(_data.Sample(1000, 1)).Distinct().Count());
        Assert.NotEqual(Paths(sample), Paths(_data.Sample(9, 2)));
    }

    [Fact]
    public void Files_need_no_labels()
    {
        ImageDataset files = ImageDataset.OfFiles(["x.png", "y.png"]);

        Assert.Equal(["x.png", "y.png"], Paths(files));
        Assert.Equal([-1, -1], files.Labels);
        Assert.Empty(files.Classes);
    }

    private static string[] Paths(ImageDataset data) => [.. Enumerable.Range(0, data.Count).Select(data.PathOf)];

    private sealed class Numbered : IImageSource
    {
        public RgbImage Read(int index) => new(1, 1, [(byte)index, 0, 0]);

        public string PathOf(int index) => $"{index}";
    }
}
