using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace QuantPS.Tests.Checkpoints;

/// <summary>What .NET's own zip reader finds in a file of torch.save.</summary>
internal sealed class TorchArchive
{
    private readonly List<(string Name, byte[] Data)> _records = [];

    public TorchArchive(byte[] bytes)
    {
        Bytes = bytes;
        using var archive = new ZipArchive(new MemoryStream(bytes));
        Root = archive.Entries[0].FullName.Split('/')[0];
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream stream = entry.Open();
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            _records.Add((entry.FullName[(Root.Length + 1)..], copy.ToArray()));
        }
    }

    public byte[] Bytes { get; }

    public string Root { get; }

    public IEnumerable<string> Names => _records.Select(record => record.Name);

    public byte[] this[string name] => _records.Single(record => record.Name == name).Data;

    public bool IsOfPresentFormat => Names.Contains(".format_version");

    /// <summary>
    /// The bytes without what depends on PyTorch's C++ library: the first half of the serialization id (a hash of names), and so its checksum.
    /// </summary>
    public byte[] ComparableBytes()
    {
        byte[] id = this[".data/serialization_id"];
        byte[] bytes = [.. Bytes];
        int at = bytes.AsSpan().IndexOf(id);
        bytes.AsSpan(at, id.Length / 2).Fill((byte)'0');
        bytes.AsSpan(at + id.Length + 4, 4).Clear();
        int central = bytes.AsSpan().LastIndexOf("PK\u0001\u0002"u8);
        bytes.AsSpan(central + 16, 4).Clear();
        return bytes;
    }
}
