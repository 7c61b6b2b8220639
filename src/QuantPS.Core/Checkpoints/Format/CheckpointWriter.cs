using System.Text;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>Writes the records of a checkpoint in PyTorch's order (<c>_save</c> of torch/serialization.py, format version 1).</summary>
internal static class CheckpointWriter
{
    public static void Write(object? value, Stream stream, string rootName) =>
        Write(value, new ZipRecordWriter(stream, rootName), rootName, (archive, record, tensor) => archive.Add(record, tensor.Bytes));

    /// <summary>The length of the file. Reads no element.</summary>
    public static long Measure(object? value, string rootName)
    {
        var archive = new ZipRecordWriter(Stream.Null, rootName);
        Write(value, archive, rootName, (archive, record, tensor) => archive.Count(record, tensor.ByteCount));
        return archive.Length;
    }

    private static void Write(object? value, ZipRecordWriter archive, string rootName, Action<ZipRecordWriter, string, Tensor> addStorage)
    {
        if (rootName.Length == 0 || rootName.AsSpan().IndexOfAny("/\\:\0") >= 0 || rootName is "." or "..")
            throw new ArgumentException($"'{rootName}' cannot be the name of the folder in the archive.", nameof(rootName));
        (ReadOnlyMemory<byte> pickle, IReadOnlyList<Tensor> storages) = Pickler.Save(value);
        ulong names = 0;
        void Name(string record) =>
            names = ZipRecordWriter.Combine(names, Crc32.Compute(Encoding.UTF8.GetBytes(record)));
        void Add(string record, ReadOnlySpan<byte> data)
        {
            archive.Add(record, data);
            Name(record);
        }
        Add("data.pkl", pickle.Span);
        Add(".format_version", "1"u8);
        Add(".storage_alignment", "64"u8);
        Add("byteorder", "little"u8);
        for (int i = 0; i < storages.Count; i++)
        {
            addStorage(archive, $"data/{i}", storages[i]);
            Name($"data/{i}");
        }
        Add("version", "3\n"u8);
        // The first half stands for the names of the records; how PyTorch hashes them depends on its C++ library.
        Add(".data/serialization_id", Encoding.ASCII.GetBytes($"{names:D20}{archive.CombinedChecksum:D20}"));
        archive.Finish();
    }

    /// <summary>The folder that torch.save names after a file: its name without the last extension.</summary>
    public static string RootNameOf(string path) =>
        Path.GetFileNameWithoutExtension(path) is { Length: > 0 } name && Ascii.IsValid(name) ? name : "archive";
}
