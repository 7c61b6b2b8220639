using System.IO.Compression;

namespace QuantPS.Checkpoints;

/// <summary>Reads the records of a PyTorch archive: the files in its one root folder, by their names within it.</summary>
internal sealed class ZipReader
{
    private readonly Stream _stream;
    private readonly CheckpointPart _part;
    private readonly CheckpointBudget _budget;
    private readonly Dictionary<string, ZipEntry> _records = new(StringComparer.Ordinal);

    public ZipReader(Stream stream, CheckpointPart part, CheckpointBudget budget)
    {
        (_stream, _part, _budget) = (stream, part, budget);
        IReadOnlyList<ZipEntry> entries = ZipDirectory.Read(stream, part);
        string[] roots = [.. entries.Where(IsPickle).Select(entry => entry.Name[..^"data.pkl".Length])];
        if (roots is not [string root])
            throw part.Unreadable(roots.Length == 0
                ? "the zip archive has no 'data.pkl' in its root folder, so torch.save did not write it."
                : "the zip archive holds several files 'data.pkl'.");
        foreach (ZipEntry entry in entries)
            if (entry.Name.StartsWith(root, StringComparison.Ordinal))
                _records.Add(entry.Name[root.Length..], entry);
    }

    public bool Contains(string record) => _records.ContainsKey(record);

    /// <summary>The whole of a record, checked against its CRC-32.</summary>
    public byte[] Read(string record)
    {
        CheckpointPart part = _part.In(record);
        if (!_records.TryGetValue(record, out ZipEntry? entry)) throw part.Unreadable("the archive does not have this entry.");
        byte[] bytes = entry.IsDeflated ? Inflate(entry, part) : Open(entry, part).ReadBytes(entry.Length);
        // torch.save writes zero where it is told not to compute checksums.
        if (entry.Crc != 0 && Crc32.Compute(bytes) != entry.Crc)
            throw part.Unreadable("its checksum does not match, so the data is damaged. Copy or download the file again.");
        return bytes;
    }

    private static bool IsPickle(ZipEntry entry) =>
        entry.Name.EndsWith("/data.pkl", StringComparison.Ordinal) && entry.Name.IndexOf('/') == entry.Name.Length - "/data.pkl".Length;

    private ByteWindow Open(ZipEntry entry, CheckpointPart part) => new(_stream, entry.DataStart, entry.PackedLength, part);

    private byte[] Inflate(ZipEntry entry, CheckpointPart part)
    {
        _budget.ChargeInflated(entry.Length);
        if (entry.Length > Array.MaxLength) throw part.TooLarge($"the entry has {entry.Length:N0} bytes; {Array.MaxLength:N0} is the most.");
        using var packed = new MemoryStream(Open(entry, part).ReadBytes(entry.PackedLength));
        using var inflater = new DeflateStream(packed, CompressionMode.Decompress);
        var bytes = new byte[entry.Length];
        try
        {
            if (inflater.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false) < bytes.Length || inflater.ReadByte() >= 0)
                throw part.Unsafe($"the entry does not inflate to the {entry.Length:N0} bytes that it claims.");
        }
        catch (InvalidDataException exception)
        {
            throw part.Unreadable("its compressed data is damaged.", exception);
        }
        return bytes;
    }
}
