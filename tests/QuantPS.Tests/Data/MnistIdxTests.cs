using System.Buffers.Binary;
using System.IO.Compression;
using QuantPS.Data;

namespace QuantPS.Tests.Data;

public sealed class MnistIdxTests : IDisposable
{
    private const string Images = "train-images-idx3-ubyte", Labels = "train-labels-idx1-ubyte";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false, "")]
    [InlineData(false, "/" + Images)]
    [InlineData(true, "")]
    [InlineData(true, "/" + Images + ".gz")]
    public void Images_come_with_the_labels_beside_them(bool compressed, string path)
    {
        Write(Images, compressed, Idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]));
        Write(Labels, compressed, Idx([2], [4, 7]));
        Write("t10k-images-idx3-ubyte", compressed, Idx([1, 1, 1], [1]));

        ImageDataset data = ImageDataset.Open(_folder.Path + path);

        Assert.Equal([4, 7], data.Labels);
        Assert.Equal("7", data.Classes[7]);
        Assert.Equal(10, data.Classes.Length);
        RgbImage image = data.Read(1);
        Assert.Equal((3, 2), (image.Width, image.Height));
        Assert.Equal([11, 11, 11, 12, 12, 12], image.Pixels[..6]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_is_an_error_wherever_it_is_cut_off(bool compressed)
    {
        byte[] images = Idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]);
        Write(Labels, false, Idx([2], [4, 7]));

        for (int length = 0; length < images.Length; length++)
            AssertUnreadable(Write(Images, compressed, images[..length]));
    }

    [Fact]
    public void A_compressed_file_that_is_cut_off_is_an_error()
    {
        Write(Labels, false, Idx([2], [4, 7]));
        byte[] whole = Compress(Idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]));

        AssertUnreadable(_folder.Write(Images + ".gz", whole[..(whole.Length / 2)]));
        AssertUnreadable(_folder.Write(Images + ".gz", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]));
    }

    [Theory]
    [InlineData(false, new[] { int.MaxValue, int.MaxValue, int.MaxValue })]
    [InlineData(true, new[] { int.MaxValue, int.MaxValue, int.MaxValue })]
    [InlineData(true, new[] { 1 << 20, 1 << 10, 1 })]
    [InlineData(false, new[] { 0, 28, 28 })]
    [InlineData(false, new[] { -1, 28, 28 })]
    [InlineData(false, new[] { 1, 1, 1 })]
    public void A_header_that_lies_is_an_error_before_memory_is_taken(bool compressed, int[] sizes)
    {
        Write(Labels, false, Idx([2], [4, 7]));
        long before = GC.GetAllocatedBytesForCurrentThread();

        AssertUnreadable(Write(Images, compressed, Idx(sizes, [1, 2])));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void A_file_of_labels_is_no_data_set() =>
        Assert.Contains("file of images", AssertUnreadable(Write(Labels, false, Idx([2], [4, 7]))).Message);

    [Fact]
    public void Labels_that_are_not_there_or_too_few_are_an_error()
    {
        string images = Write(Images, false, Idx([2, 1, 1], [1, 2]));

        Assert.Equal("DataNotFound", Assert.Throws<QuantPSException>(() => ImageDataset.Open(images)).ErrorId);
        Write(Labels, false, Idx([1], [4]));
        AssertUnreadable(images);
    }

    private static QuantPSException AssertUnreadable(string path)
    {
        var error = Assert.Throws<QuantPSException>(() => ImageDataset.Open(path));
        Assert.Equal("DataUnreadable", error.ErrorId);
        Assert.Contains(path, error.Message);
        return error;
    }

    private string Write(string name, bool compressed, byte[] content) =>
        compressed ? _folder.Write(name + ".gz", Compress(content)) : _folder.Write(name, content);

    private static byte[] Compress(byte[] content)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(content);
        return compressed.ToArray();
    }

    private static byte[] Idx(int[] sizes, byte[] values)
    {
        var header = new byte[4 + 4 * sizes.Length];
        (header[2], header[3]) = (8, (byte)sizes.Length);
        for (int i = 0; i < sizes.Length; i++) BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4 + 4 * i), sizes[i]);
        return [.. header, .. values];
    }
}
