using System.IO.Compression;
using QuantPS.Checkpoints;
using QuantPS.Engine;

namespace QuantPS.Tests.Checkpoints;

public sealed class CheckpointWriterTests
{
    /// <summary>Files whose tensors are whole storages, so that nothing of their layout is lost by reading.</summary>
    public static TheoryData<string> WholeFiles =>
    [
        "batch_norm2d", "conv2d", "embedding", "layer_norm", "linear_with_bias", "non_contiguous_indexes", "top_level_key",
        "reader_bfloat16", "reader_checkpoint", "reader_float16", "reader_int8", "reader_nested_dict", "reader_state_dict", "reader_uint8",
    ];

    [Theory]
    [MemberData(nameof(WholeFiles))]
    public void A_file_of_PyTorch_that_is_read_and_written_is_the_same_file(string name)
    {
        var original = new TorchArchive(File.ReadAllBytes(Repository.Shared($"models/torch-pt/{name}.pt")));
        using var stream = new MemoryStream();
        Checkpoint.Write(Checkpoint.Read(new MemoryStream(original.Bytes), name), stream, original.Root);
        var written = new TorchArchive(stream.ToArray());

        foreach (string record in original.Names.Where(record => record != ".data/serialization_id"))
            Assert.Equal(original[record], written[record]);
        if (original.IsOfPresentFormat) Assert.Equal(original.ComparableBytes(), written.ComparableBytes());
    }

    [Fact]
    public void A_state_dict_of_PyTorch_keeps_its_pickle()
    {
        string path = Repository.Shared("models/torch-pt/batch_norm2d.pt");
        using var stream = new MemoryStream();
        StateDictWriter.Write(StateDictReader.Read(path), stream);
        Assert.Equal(new TorchArchive(File.ReadAllBytes(path))["data.pkl"], new TorchArchive(stream.ToArray())["data.pkl"]);
    }

    [Fact]
    public void A_state_dict_comes_back_as_it_was_written()
    {
        StateDict state = Example();
        using var stream = new MemoryStream();
        StateDictWriter.Write(state, stream);
        StateDict read = StateDictReader.From(CheckpointBuilder.Read(stream.ToArray()), CheckpointBuilder.Name);

        Assert.Equal(state.Keys, read.Keys);
        Assert.Equal(state.Metadata, read.Metadata);
        AssertSame((Tensor)state["per_channel"]!, read["per_channel"]);
        AssertSame((Tensor)state["empty"]!, read["empty"]);
        AssertSame((Tensor)state["scalar"]!, read["scalar"]);
        Assert.Equal(DTypeReference.QInt8, read["dtype"]);
        var packed = Assert.IsType<PythonTuple>(read["packed"]);
        AssertSame((Tensor)((PythonTuple)state["packed"]!)[0]!, packed[0]);
        Assert.Null(packed[1]);
        Assert.Equal([1L, 0.5, "text", true], new[] { read["integer"], read["float"], read["string"], read["flag"] });
    }

    [Theory]
    [InlineData("tmp")]
    [InlineData("a_longer_name_than_most")]
    public void The_measured_length_is_the_length_of_the_file(string root)
    {
        using var folder = new TemporaryFolder();
        string path = folder.At("state.pth");
        StateDictWriter.Write(Example(), path, root);
        Assert.Equal(new FileInfo(path).Length, StateDictWriter.Measure(Example(), root));
    }

    [Fact]
    public void The_data_of_every_record_is_aligned()
    {
        using var stream = new MemoryStream();
        StateDictWriter.Write(Example(), stream);
        byte[] file = stream.ToArray();
        Assert.All(ZipDirectory.Read(stream, new CheckpointPart("made")), entry => Assert.Equal(0, entry.DataStart % 64));
        Assert.Equal("64"u8.ToArray(), new TorchArchive(file)[".storage_alignment"]);
    }

    [Fact]
    public void The_folder_in_the_archive_is_named_for_the_file()
    {
        using var folder = new TemporaryFolder();
        foreach ((string file, string root) in new[] { ("net [v1].2.pth", "net [v1].2"), ("r\u00E9seau.pt", "archive") })
        {
            string path = folder.At(file);
            StateDictWriter.Write(Example(), path);
            Assert.Equal(root, new TorchArchive(File.ReadAllBytes(path)).Root);
        }
    }

    [Fact]
    public void An_archive_beyond_four_gibibytes_is_read_where_it_lies()
    {
        const long start = (5L << 30) + 3;
        using var tail = new MemoryStream();
        var writer = new ZipRecordWriter(tail, "m", start);
        writer.Add("data.pkl", new PickleBuilder().Proto().Tensor("ByteStorage", "0", 3, [3], [1]).Stop());
        writer.Add("data/0", [7, 8, 9]);
        writer.Finish();
        using var file = new LateStream(start, tail.ToArray());

        Assert.Equal([7, 8, 9], Assert.IsType<Tensor>(ZipFormat.Read(file, new CheckpointPart("far"))).Bytes.ToArray());
        using var archive = new ZipArchive(file);
        Assert.Equal(["m/data.pkl", "m/data/0"], archive.Entries.Select(entry => entry.FullName));
        Assert.Equal(8, archive.Entries[1].Open() is { } stream ? (stream.ReadByte(), stream.ReadByte()).Item2 : 0);
    }

    [Fact]
    public void A_write_that_fails_leaves_the_old_file_and_nothing_else()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("state.pth", [1, 2, 3]);
        Assert.Throws<IOException>(() => AtomicFile.Write(path, stream =>
        {
            stream.Write(new byte[100_000]);
            throw new IOException("The disk is full.");
        }));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));

        StateDictWriter.Write(Example(), path);
        Assert.Equal(Example().Keys, StateDictReader.Read(path).Keys);
        Assert.Equal([path], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_link_stays_where_what_it_leads_to_is_written()
    {
        using var folder = new TemporaryFolder();
        string path = folder.Write("state.pth", [1, 2, 3]), link = folder.At("latest.pth");
        File.CreateSymbolicLink(link, "state.pth");
        StateDictWriter.Write(Example(), link);
        Assert.Equal("state.pth", new FileInfo(link).LinkTarget);
        Assert.Equal(Example().Keys, StateDictReader.Read(path).Keys);
    }

    [Fact]
    public void A_device_stays_a_device()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("This system has no /dev/full.");
        Assert.Equal("CheckpointNotWritten", Assert.Throws<QuantPSException>(() => StateDictWriter.Write(Example(), "/dev/full")).ErrorId);
        Assert.Throws<IOException>(() => File.WriteAllBytes("/dev/full", [1]));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_an_error_that_names_the_file()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "absent", "state.pth");
        var error = Assert.Throws<QuantPSException>(() => StateDictWriter.Write(Example(), path));
        Assert.Equal(("CheckpointNotWritten", path), (error.ErrorId, error.Target));
        Assert.Contains(path, error.Message);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b")]
    [InlineData("..")]
    public void A_root_that_is_no_name_of_a_folder_is_refused(string root) =>
        Assert.Throws<ArgumentException>(() => StateDictWriter.Measure(Example(), root));

    private static StateDict Example()
    {
        StateDict state = new()
        {
            { "per_channel", Tensor.FromCodes([1, -2, 3, -4, 5, -6], [2, 3, 1], QuantParams.PerChannel([0.5, 0.1], [0, -1], 0)) },
            { "empty", Tensor.From<float>([], [0, 3]) },
            { "scalar", Tensor.From([5L], Shape.Scalar) },
            { "dtype", DTypeReference.QInt8 },
            { "packed", new PythonTuple([Tensor.FromCodes([7, 8], [1, 2], QuantParams.PerTensor(1.0 / 3, 4)), null]) },
            { "integer", 1 },
            { "float", 0.5 },
            { "string", "text" },
            { "flag", true },
        };
        state.Metadata.Add("", 1);
        state.Metadata.Add("packed", 3);
        state.Metadata.Add("odd", null);
        return state;
    }

    private static void AssertSame(Tensor expected, object? actual)
    {
        var tensor = Assert.IsType<Tensor>(actual);
        Assert.Equal(expected.Type, tensor.Type);
        Assert.Equal(expected.Bytes.ToArray(), tensor.Bytes.ToArray());
    }
}
