using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>
/// Grey images and their labels in two IDX files, as MNIST and the sets shaped like it come: <c>train-images-idx3-ubyte</c> and
/// <c>train-labels-idx1-ubyte</c>, each also compressed as <c>.gz</c>. Classes are named for their numbers; there are at least ten.
/// </summary>
internal static class MnistIdx
{
    /// <summary>The data set, or null if the path is neither an IDX file nor a folder of them.</summary>
    public static ImageDataset? TryOpen(string path)
    {
        string? file = !Directory.Exists(path) ? path : Directory.EnumerateFiles(path)
            .Where(file => IsIdx(file) && NameOf(file).Contains("images"))
            .OrderByDescending(file => NameOf(file).StartsWith("train", StringComparison.Ordinal)).ThenBy(file => file, StringComparer.Ordinal)
            .FirstOrDefault();
        if (file is null || !IsIdx(file)) return null;

        if (!NameOf(file).Contains("images"))
            throw new QuantPSException("DataUnreadable", $"'{file}' holds no images. Give the file of images; that of the labels is found beside it.", file);
        IdxFile images = IdxFile.Read(file, rank: 3);
        IdxFile labels = IdxFile.Read(FindLabels(file), rank: 1);
        (int count, int height, int width) = (images.Sizes[0], images.Sizes[1], images.Sizes[2]);
        if ((long)width * height > RgbImage.MaxPixels)
            throw new QuantPSException("DataUnreadable", $"The images of '{file}' are {width}x{height}; the limit is {RgbImage.MaxPixels} pixels.", file);
        if (labels.Sizes[0] != count)
            throw new QuantPSException("DataUnreadable", $"'{file}' holds {count} images, and its labels '{labels.Path}' are {labels.Sizes[0]}.", file);

        return new ImageDataset(path,
            new PackedImages(width, height, 1, [.. Enumerable.Range(0, count).Select(number =>
                new PackedImages.Entry(file, number, images.Values.AsMemory(number * width * height, width * height)))]),
            [.. Enumerable.Range(0, Math.Max(10, labels.Values.Max() + 1)).Select(label => $"{label}")],
            [.. labels.Values.Select(label => (int)label)]);
    }

    private static bool IsIdx(string file) => NameOf(file).Contains("idx");

    private static string NameOf(string file) => Path.GetFileName(file);

    private static string FindLabels(string images)
    {
        string plain = images.EndsWith(".gz", StringComparison.Ordinal) ? images[..^3] : images;
        string labels = Path.Combine(Path.GetDirectoryName(plain)!, NameOf(plain).Replace("images", "labels").Replace("idx3", "idx1"));
        return File.Exists(labels) ? labels
            : File.Exists(labels + ".gz") ? labels + ".gz"
            : throw new QuantPSException("DataNotFound", $"The labels '{labels}' (or .gz) of '{images}' do not exist. Put them beside the images.", labels);
    }
}
