using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>Labelled images, decoded one by one when they are read. Immutable, and safe to use from several threads.</summary>
public sealed record ImageDataset
{
    private readonly IImageSource _source;
    private readonly ImmutableArray<int> _order;

    internal ImageDataset(string path, IImageSource source, ImmutableArray<string> classes, ImmutableArray<int> labels)
        : this(path, source, [.. classes.Select(PlainText.Of)], labels, [.. Enumerable.Range(0, labels.Length)]) { }

    private ImageDataset(string path, IImageSource source, ImmutableArray<string> classes, ImmutableArray<int> labels, ImmutableArray<int> order)
    {
        (Path, Classes, Labels) = (path, classes, labels);
        (_source, _order) = (source, order);
    }

    /// <summary>The name to show: that of the folder or file, as <see cref="PlainText"/>.</summary>
    public string Name => PlainText.Of(System.IO.Path.GetFileName(System.IO.Path.TrimEndingDirectorySeparator(Path)));

    /// <summary>The full path it was opened from; empty for a list of files.</summary>
    public string Path { get; }

    /// <summary>The names of the classes, by label, as <see cref="PlainText"/>; empty where the images have no labels.</summary>
    public ImmutableArray<string> Classes { get; }

    /// <summary>The number of images.</summary>
    public int Count => _order.Length;

    /// <summary>The label of each image: an index into <see cref="Classes"/>, or -1 where the images have no labels.</summary>
    public ImmutableArray<int> Labels { get; }

    /// <summary>How the images become a network's input; null to do as the network asks.</summary>
    public Preprocessing? Preprocessing { get; init; }

    /// <summary>
    /// Opens a data set, by what the path is: a folder with a folder of images for each class, as torchvision's <c>ImageFolder</c>; a
    /// CIFAR-10 file (<c>data_batch_1.bin</c>) or the folder of its files; an MNIST file (<c>train-images-idx3-ubyte</c>, also
    /// compressed as <c>.gz</c>), with its labels beside, or the folder of its files. Of a folder that holds training and test files
    /// the training files are opened; name the file to open the test images.
    /// </summary>
    /// <exception cref="QuantPSException">
    /// <c>DataNotFound</c>: there is nothing at the path. <c>ImageFolderWithoutClasses</c>: a folder without folders.
    /// <c>ImageClassEmpty</c>: a class without images. <c>DataUnreadable</c>: a file that is broken, or of no known format.
    /// </exception>
    public static ImageDataset Open(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            if (!System.IO.Path.Exists(path))
                throw new QuantPSException("DataNotFound", $"The data set '{path}' does not exist. Check the path.", path);
            if (CifarBinary.TryOpen(path) is { } cifar) return cifar;
            if (MnistIdx.TryOpen(path) is { } mnist) return mnist;
            if (Directory.Exists(path)) return ImageFolder.Open(path);
            throw new QuantPSException("DataUnreadable",
                $"'{path}' is not a data set. Give a folder with a folder of images for each class, a CIFAR-10 file (*.bin), " +
                "or an MNIST file (*-images-idx3-ubyte); unpack archives first.", path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new QuantPSException("DataUnreadable", $"The data set '{path}' cannot be read: {error.Message}", path, error);
        }
    }

    /// <summary>Image files without labels, in the order given.</summary>
    public static ImageDataset OfFiles(IEnumerable<string> paths)
    {
        ImmutableArray<string> files = [.. paths];
        return new ImageDataset("", new ImageFiles(files), [], [.. Enumerable.Repeat(-1, files.Length)]);
    }

    /// <summary>Decodes an image.</summary>
    /// <param name="index">From 0 to below <see cref="Count"/>.</param>
    /// <exception cref="QuantPSException"><c>ImageUnreadable</c>: its file cannot be opened or decoded; the target is its path.</exception>
    public RgbImage Read(int index) => _source.Read(_order[index]);

    /// <summary>An image's file, or its file and number within it, as in <c>data_batch_1.bin#17</c>.</summary>
    /// <param name="index">From 0 to below <see cref="Count"/>.</param>
    public string PathOf(int index) => _source.PathOf(_order[index]);

    /// <summary>The index of each class among the classes of a network: by name where it knows all of their names, else as it is.</summary>
    /// <param name="labels">The names of the network's classes, by index; empty where they are not known.</param>
    public ImmutableArray<int> ClassIndices(ImmutableArray<string> labels)
    {
        int[] named = [.. Classes.Select(name => labels.IndexOf(name))];
        return named.Contains(-1) ? [.. Enumerable.Range(0, Classes.Length)] : [.. named];
    }

    /// <summary>The first images, all of them where there are fewer.</summary>
    /// <param name="count">How many, at least 1.</param>
    public ImageDataset First(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return count >= Count ? this : Take(Enumerable.Range(0, count));
    }

    /// <summary>The images after the first ones; none where there are no more.</summary>
    /// <param name="count">How many come before, at least 0.</param>
    public ImageDataset Skip(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Take(Enumerable.Range(0, Count).Skip(count));
    }

    /// <summary>All images in a random order.</summary>
    /// <param name="seed">The same seed gives the same order.</param>
    public ImageDataset Shuffle(ulong seed)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new SeededRandom(seed).Shuffle<int>(order);
        return Take(order);
    }

    /// <summary>
    /// A random choice, spread evenly over the classes: in turn one image of each class, until there are enough or none is left. The
    /// classes take turns in a random order, and a smaller choice by the same seed is the beginning of a larger one.
    /// </summary>
    /// <param name="count">How many, at least 1; all where there are fewer.</param>
    /// <param name="seed">The same seed gives the same choice in the same order.</param>
    public ImageDataset Sample(int count, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        int[] shuffled = [.. Enumerable.Range(0, Count)];
        new SeededRandom(seed).Shuffle<int>(shuffled);
        return Take(shuffled
            .GroupBy(index => Labels[index])
            .SelectMany(members => members.Select((index, turn) => (index, turn)))
            .OrderBy(member => member.turn)
            .Select(member => member.index)
            .Take(count));
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Count} images in {Classes.Length} classes";

    /// <summary>The number of an image in the source, which no choice and no order changes.</summary>
    internal int SourceIndex(int index) => _order[index];

    private ImageDataset Take(IEnumerable<int> indices)
    {
        int[] chosen = [.. indices];
        return new ImageDataset(Path, _source, Classes, [.. chosen.Select(index => Labels[index])], [.. chosen.Select(index => _order[index])])
        {
            Preprocessing = Preprocessing,
        };
    }
}
