using System.IO.Compression;
using QuantPS.Checkpoints;

namespace QuantPS.Tests.Checkpoints;

public sealed class HostileZipTests
{
    private static readonly byte[] s_pickle = new PickleBuilder().Proto().Tensor("ByteStorage", "0", 4, [4], [1]).Stop();

    [Fact]
    public void A_bomb_is_refused_before_it_is_inflated()
    {
        const uint length = 100_000_000;
        byte[] packed = Deflate(new byte[length]);
        byte[] pickle = new PickleBuilder().Proto().Tensor("ByteStorage", "0", (int)length, [(int)length], [1]).Stop();
        byte[] file = new ZipBuilder().Add("m/data.pkl", pickle)
            .Add(new ZipBuilder.Entry("m/data/0", packed) { Method = 8, Length = length, Crc = 0 }).Build();
        AssertRefused(file, "CheckpointTooLarge", "32 times");
    }

    [Theory]
    [InlineData(900u)]
    [InlineData(1100u)]
    public void A_compressed_entry_that_lies_about_its_length_is_refused(uint claimed)
    {
        byte[] pickle = new PickleBuilder().Proto().Tensor("ByteStorage", "0", (int)claimed, [(int)claimed], [1]).Stop();
        byte[] file = new ZipBuilder().Add("m/data.pkl", pickle)
            .Add(new ZipBuilder.Entry("m/data/0", Deflate(new byte[1000])) { Method = 8, Length = claimed, Crc = 0 }).Build();
        AssertRefused(file, "CheckpointUnsafe", "does not inflate");
    }

    [Fact]
    public void Compressed_data_that_is_damaged_is_refused()
    {
        byte[] file = new ZipBuilder().Add("m/data.pkl", s_pickle)
            .Add(new ZipBuilder.Entry("m/data/0", [0xFF, 0xFF, 0xFF]) { Method = 8, Length = 4, Crc = 0 }).Build();
        AssertRefused(file, "CheckpointUnreadable", "damaged");
    }

    [Theory]
    [InlineData("../data.pkl")]
    [InlineData("m/../../data.pkl")]
    [InlineData("/m/data.pkl")]
    [InlineData("m\\data.pkl")]
    [InlineData("c:/data.pkl")]
    [InlineData("m/./x")]
    [InlineData("m/a\0b")]
    public void A_name_that_leaves_the_folder_is_refused(string name) =>
        AssertRefused(new ZipBuilder().Add("m/data.pkl", s_pickle).Add(name, [1]).Build(), "CheckpointUnsafe", "leaves the archive's folder");

    [Fact]
    public void Two_entries_of_one_name_are_refused() =>
        AssertRefused(new ZipBuilder().Add("m/data.pkl", s_pickle).Add("m/data.pkl", []).Build(), "CheckpointUnsafe", "two entries");

    [Fact]
    public void Two_folders_with_pickles_are_refused() =>
        AssertRefused(new ZipBuilder().Add("m/data.pkl", s_pickle).Add("n/data.pkl", []).Build(), "CheckpointUnreadable", "several files 'data.pkl'");

    [Fact]
    public void Entries_that_overlap_are_refused()
    {
        byte[] inner = new ZipBuilder().Add("m/data/0", [1, 2, 3, 4]).Build()[..42];
        // The local header of the second entry lies within the data of the first.
        uint start = 30 + 7 + 4;
        byte[] file = new ZipBuilder().Add(new ZipBuilder.Entry("m/outer", [0, 0, 0, 0, .. inner]))
            .Add(new ZipBuilder.Entry("m/data/0", [1, 2, 3, 4]) { Offset = start }).Add("m/data.pkl", s_pickle).Build();
        AssertRefused(file, "CheckpointUnsafe", "overlap");
    }

    [Fact]
    public void Lengths_that_lie_are_refused()
    {
        ZipBuilder With(ZipBuilder.Entry entry) => new ZipBuilder().Add(entry).Add("m/data.pkl", s_pickle);
        byte[] data = [1, 2, 3, 4];
        AssertRefused(With(new("m/data/0", data) { PackedLength = 1000 }).Build(), "CheckpointUnsafe", "reaches beyond");
        AssertRefused(With(new("m/data/0", data) { PackedLength = 4, Length = 5 }).Build(), "CheckpointUnsafe", "two lengths differ");
        AssertRefused(With(new("m/data/0", data) { PackedLength = 3, LocalLength = 4 }).Build(), "CheckpointUnsafe", "local header");
        AssertRefused(With(new("m/data/0", data) { LocalName = "m/data/9" }).Build(), "CheckpointUnsafe", "another name");
        AssertRefused(With(new("m/data/0", data) { Offset = 1 }).Build(), "CheckpointUnreadable", "no local header");
        AssertRefused(With(new("m/data/0", data) { Offset = 1_000_000 }).Build(), "CheckpointUnreadable", "beyond the data");
        AssertRefused(With(new("m/data/0", data) { Flags = 1 }).Build(), "CheckpointUnsupported", "encrypted");
        AssertRefused(With(new("m/data/0", data) { Method = 14 }).Build(), "CheckpointUnsupported", "method 14");
    }

    [Fact]
    public void A_directory_that_counts_wrong_is_refused()
    {
        foreach ((ushort count, string reason) in new (ushort, string)[] { (3, "entry 2 of its directory"), (9999, "no room"), (1, "more than the entries") })
        {
            ZipBuilder archive = new ZipBuilder { Count = count }.Add($"m/{new string('x', 60)}", []).Add("m/data.pkl", s_pickle);
            AssertRefused(archive.Build(), "CheckpointUnreadable", reason);
        }
    }

    [Fact]
    public void A_directory_that_no_memory_holds_is_refused()
    {
        const long length = 3L << 30;
        using var tail = new MemoryStream();
        using var writer = new BinaryWriter(tail);
        writer.Write(0x06064B50);
        writer.Write(new byte[28]);
        foreach (long number in (long[])[1, length, 0]) writer.Write(number);
        writer.Write(0x07064B50L);
        writer.Write(length);
        writer.Write(1);
        writer.Write(0x06054B50L);
        writer.Write(new byte[14]);
        using var file = new LateStream(length, tail.ToArray());

        var error = Assert.Throws<QuantPSException>(() => ZipDirectory.Read(file, new CheckpointPart("large.pt")));

        Assert.Equal("CheckpointTooLarge", error.ErrorId);
        Assert.Contains("its directory", error.Message);
    }

    [Fact]
    public void What_a_file_says_of_itself_makes_a_short_error()
    {
        byte[] file = new ZipBuilder().Add("m/data.pkl", s_pickle).Add("m/byteorder", new byte[200_000]).Build();
        Assert.InRange(CheckpointBuilder.ErrorOf(file).Message.Length, 1000, 8000);
    }

    [Fact]
    public void Damaged_data_is_found_by_its_checksum()
    {
        byte[] file = CheckpointBuilder.Zip(s_pickle, [10, 20, 30, 40]);
        file[file.AsSpan().IndexOf<byte>([10, 20, 30, 40])] ^= 1;
        AssertRefused(file, "CheckpointUnreadable", "checksum");
    }

    [Fact]
    public void An_archive_of_something_else_is_refused() =>
        AssertRefused(new ZipBuilder().Add("word/document.xml", [1]).Build(), "CheckpointUnreadable", "no 'data.pkl'");

    private static void AssertRefused(byte[] file, string errorId, string reason)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        QuantPSException error = CheckpointBuilder.ErrorOf(file);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Contains(reason, error.Message);
        Assert.Equal(errorId, error.ErrorId);
    }

    private static byte[] Deflate(byte[] data)
    {
        using var stream = new MemoryStream();
        using (var deflate = new DeflateStream(stream, CompressionLevel.SmallestSize)) deflate.Write(data);
        return stream.ToArray();
    }
}
