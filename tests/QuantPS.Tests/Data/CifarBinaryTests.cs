using QuantPS.Data;

namespace QuantPS.Tests.Data;

public sealed class CifarBinaryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_folder_gives_its_training_batches_in_order()
    {
        _folder.Write("data_batch_2.bin", Record(7, 20));
        _folder.Write("data_batch_1.bin", [.. Record(3, 1), .. Record(9, 10)]);
        _folder.Write("test_batch.bin", Record(5, 5));

        ImageDataset data = ImageDataset.Open(_folder.Path);

        Assert.Equal([3, 9, 7], data.Labels);
        Assert.Equal("frog", data.Classes[6]);
        Assert.Equal(_folder.At("data_batch_1.bin") + "#1", data.PathOf(1));
        Assert.Equal([10, 11, 12, 10, 11, 12], data.Read(1).Pixels[..6]);
    }

    [Fact]
    public void A_file_gives_itself_and_the_names_beside_it()
    {
        _folder.Write("data_batch_1.bin", Record(3, 1));
        _folder.Write("batches.meta.txt", "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\n\n"u8.ToArray());

        ImageDataset data = ImageDataset.Open(_folder.Write("test_batch.bin", Record(9, 0)));

        Assert.Equal((1, "j"), (data.Count, data.Classes[data.Labels[0]]));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3072)]
    [InlineData(3074)]
    [InlineData(6145)]
    public void A_file_of_another_length_is_an_error_that_names_it(int length) => AssertUnreadable(_folder.Write("test_batch.bin", new byte[length]));

    [Fact]
    public void A_label_beyond_the_classes_is_an_error_that_names_the_record()
    {
        var error = AssertUnreadable(_folder.Write("test_batch.bin", [.. Record(9, 0), .. Record(10, 0)]));

        Assert.Contains("record 1 has the label 10", error.Message);
    }

    [Fact]
    public void A_list_of_too_few_classes_is_an_error()
    {
        _folder.Write("batches.meta.txt", "a\nb\n"u8.ToArray());
        string path = _folder.Write("test_batch.bin", Record(1, 0));

        Assert.Contains("names 2 classes", Assert.Throws<QuantPSException>(() => ImageDataset.Open(path)).Message);
    }

    private static QuantPSException AssertUnreadable(string path)
    {
        var error = Assert.Throws<QuantPSException>(() => ImageDataset.Open(path));
        Assert.Equal("DataUnreadable", error.ErrorId);
        Assert.Contains(path, error.Message);
        return error;
    }

    private static byte[] Record(byte label, byte level)
    {
        var record = new byte[3073];
        record[0] = label;
        for (int channel = 0; channel < 3; channel++) record.AsSpan(1 + 1024 * channel, 1024).Fill((byte)(level + channel));
        return record;
    }
}
