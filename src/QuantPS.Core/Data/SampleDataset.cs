using QuantPS.Bridges;
using QuantPS.Data.Samples;

namespace QuantPS.Data;

/// <summary>
/// Draws a labelled data set for a first try without a download: ten classes of shapes as 32x32 PNG files, in the folders
/// <c>train</c> and <c>test</c> with a folder for each class. The same seed draws the same pixels on every platform, and an image does
/// not depend on how many are drawn.
/// </summary>
public static class SampleDataset
{
    /// <summary>The names of the ten classes, in the order of their labels.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. Shapes.All.Select(shape => shape.Name)];

    /// <summary>Draws and writes both sets. Whatever ends it early, nothing is left half-made.</summary>
    /// <param name="path">The folder to make. It may be there if it is empty.</param>
    /// <param name="train">The number of training images, at least one a class; the classes have equally many, or one more.</param>
    /// <param name="test">The number of test images, at least one a class.</param>
    /// <param name="seed">What the images are drawn from.</param>
    /// <param name="progress">Is told now and then, on the caller's thread, how many images are written.</param>
    /// <param name="cancellation">Ends the drawing.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are too few images for one a class.</exception>
    /// <exception cref="QuantPSException"><c>PathInUse</c>: something is at the path. <c>DataUnwritable</c>: it cannot be written.</exception>
    public static void Write(string path, int train, int test, ulong seed, Action<int>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(train, Classes.Count);
        ArgumentOutOfRangeException.ThrowIfLessThan(test, Classes.Count);
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(path) || Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            throw new QuantPSException("PathInUse", $"'{path}' is there already. Give a folder that is new or empty.", path);

        var encoder = Bridge.Load<IImageEncoder>("Media");
        string unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            foreach (string folder in new[] { "train", "test" })
                foreach (string name in Classes)
                    Directory.CreateDirectory(Path.Combine(unfinished, folder, name));

            int written = 0;
            foreach ((string file, byte[] content) in Enumerable.Range(0, train + test).AsParallel().AsOrdered().WithCancellation(cancellation).Select(Encode))
            {
                cancellation.ThrowIfCancellationRequested();
                File.WriteAllBytes(Path.Combine(unfinished, file), content);
                if (++written % 100 == 0 || written == train + test) progress?.Invoke(written);
            }

            if (Directory.Exists(path)) Directory.Delete(path);
            Directory.Move(unfinished, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new QuantPSException("DataUnwritable", $"The data set cannot be written to '{path}': {error.Message}", path, error);
        }
        finally
        {
            if (Directory.Exists(unfinished)) Directory.Delete(unfinished, recursive: true);
        }

        (string File, byte[] Content) Encode(int number)
        {
            (string folder, int index) = number < train ? ("train", number) : ("test", number - train);
            string name = $"{index / Classes.Count:00000}.png";
            return (Path.Combine(folder, Classes[index % Classes.Count], name), encoder.EncodePng(Draw(seed, folder == "test", index)));
        }
    }

    /// <summary>Draws one image; its label is the index modulo the number of classes.</summary>
    /// <param name="seed">What the images are drawn from.</param>
    /// <param name="test">Whether it is a test image.</param>
    /// <param name="index">Its number within the training or the test images.</param>
    public static RgbImage Draw(ulong seed, bool test, int index) =>
        Painter.Paint(index % Classes.Count, new SeededRandom(seed, test ? 1UL : 0, (ulong)index));
}
