using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>Writes the records of a checkpoint in PyTorch's order (<c>_save</c> of torch/serialization.py, format version 1).</summary>
internal static class CheckpointWriter
{
    public static void Write(object? value, Stream stream, string rootName) =>
        Write(value, new RecordArchive(stream, rootName), (archive, record, tensor) => archive.Add(record, tensor.Bytes));

    /// <summary>The length of the file. Reads no element.</summary>
    public static long Measure(object? value, string rootName)
    {
        var archive = new RecordArchive(Stream.Null, rootName);
        Write(value, archive, (archive, record, tensor) => archive.Count(record, tensor.ByteCount));
        return archive.Length;
    }

    private static void Write(object? value, RecordArchive archive, Action<RecordArchive, string, Tensor> addStorage)
    {
        (ReadOnlyMemory<byte> pickle, IReadOnlyList<Tensor> storages) = Pickler.Save(value);
        archive.Add("data.pkl", pickle.Span);
        archive.Add(".format_version", "1"u8);
        archive.Add(".storage_alignment", "64"u8);
        archive.Add("byteorder", "little"u8);
        for (int i = 0; i < storages.Count; i++) addStorage(archive, $"data/{i}", storages[i]);
        archive.Add("version", "3\n"u8);
        archive.Finish();
    }
}
