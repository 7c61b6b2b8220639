using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>
/// The binary version of CIFAR-10 (www.cs.toronto.edu/~kriz/cifar.html): records of a label and 32x32 pixels, all red ones, all green
/// ones, all blue ones. The names of the classes come from <c>batches.meta.txt</c> beside, where it is there.
/// </summary>
internal static class CifarBinary
{
    private const int Side = 32, PixelBytes = 3 * Side * Side, RecordBytes = 1 + PixelBytes;

    private static readonly ImmutableArray<string> _publishedClasses =
        ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];

    /// <summary>The data set, or null if the path is neither a file <c>*.bin</c> nor a folder of such batches.</summary>
    public static ImageDataset? TryOpen(string path)
    {
        string[] files = !Directory.Exists(path)
            ? Path.GetExtension(path) == ".bin" ? [path] : []
            : Directory.GetFiles(path, "data_batch_*.bin") is { Length: > 0 } batches ? batches : Directory.GetFiles(path, "test_batch.bin");
        if (files.Length == 0) return null;

        ImmutableArray<string> classes = ReadClasses(Path.GetDirectoryName(files[0])!);
        var labels = ImmutableArray.CreateBuilder<int>();
        var images = ImmutableArray.CreateBuilder<PackedImages.Entry>();
        foreach (string file in files.Order(StringComparer.Ordinal))
        {
            byte[] bytes = ReadBatch(file);
            for (int start = 0, number = 0; start < bytes.Length; start += RecordBytes, number++)
            {
                if (bytes[start] >= classes.Length)
                    throw new QuantPSException("DataUnreadable",
                        $"'{file}' is not a CIFAR-10 batch: its record {number} has the label {bytes[start]}, and there are {classes.Length} classes.", file);
                labels.Add(bytes[start]);
                images.Add(new PackedImages.Entry(file, number, bytes.AsMemory(start + 1, PixelBytes)));
            }
        }
        return new ImageDataset(path, new PackedImages(Side, Side, 3, images.ToImmutable()), classes, labels.ToImmutable());
    }

    private static byte[] ReadBatch(string file)
    {
        long length = new FileInfo(file).Length;
        if (length == 0 || length % RecordBytes != 0)
            throw new QuantPSException("DataUnreadable",
                $"'{file}' is not a complete CIFAR-10 batch: its {length} bytes are not a whole number of records of {RecordBytes} bytes. Get it anew.", file);
        return File.ReadAllBytes(file);
    }

    private static ImmutableArray<string> ReadClasses(string folder)
    {
        string file = Path.Combine(folder, "batches.meta.txt");
        if (!File.Exists(file)) return _publishedClasses;
        ImmutableArray<string> names = [.. File.ReadLines(file).Take(1000).Select(line => line.Trim()).Where(line => line.Length > 0)];
        return names.Length == _publishedClasses.Length ? names : throw new QuantPSException("DataUnreadable",
            $"'{file}' names {names.Length} classes; CIFAR-10 has {_publishedClasses.Length}. Get it anew, or delete it to use the published names.", file);
    }
}
