using QuantPS.Checkpoints;

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
}
