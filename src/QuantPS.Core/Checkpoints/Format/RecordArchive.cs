using System.Text;

namespace QuantPS.Checkpoints;

/// <summary>An archive as PyTorch writes it: records in one folder, and at the end one that tells them by their names and contents.</summary>
internal sealed class RecordArchive
{
    private readonly ZipRecordWriter _zip;
    private ulong _names;

    /// <param name="stream">What is written to; it need not seek.</param>
    /// <param name="rootName">The name of the folder.</param>
    public RecordArchive(Stream stream, string rootName)
    {
        if (!IsRootName(rootName))
            throw new ArgumentException($"'{rootName}' cannot be the name of the folder in the archive.", nameof(rootName));
        _zip = new ZipRecordWriter(stream, rootName);
    }

    /// <summary>The length of the archive so far.</summary>
    public long Length => _zip.Length;

    /// <summary>Adds a record.</summary>
    public void Add(string record, ReadOnlySpan<byte> data)
    {
        _zip.Add(record, data);
        Name(record);
    }

    /// <summary>Counts a record in <see cref="Length"/> and writes none of its bytes.</summary>
    public void Count(string record, long length)
    {
        _zip.Count(record, length);
        Name(record);
    }

    /// <summary>Writes the identifier and the directory; nothing can be added after it.</summary>
    public void Finish()
    {
        // The first half stands for the names of the records; how PyTorch hashes them depends on its C++ library.
        _zip.Add(".data/serialization_id", Encoding.ASCII.GetBytes($"{_names:D20}{_zip.CombinedChecksum:D20}"));
        _zip.Finish();
    }

    /// <summary>The folder that PyTorch names after a file: its name without the last extension; <c>archive</c> where that cannot be one.</summary>
    public static string RootNameOf(string path) =>
        Path.GetFileNameWithoutExtension(path) is { } name && Ascii.IsValid(name) && !name.Any(char.IsControl) && IsRootName(name) ? name : "archive";

    private static bool IsRootName(string name) => name.Length > 0 && name.AsSpan().IndexOfAny("/\\:\0") < 0 && name is not ("." or "..");

    private void Name(string record) => _names = ZipRecordWriter.Combine(_names, Crc32.Compute(Encoding.UTF8.GetBytes(record)));
}
