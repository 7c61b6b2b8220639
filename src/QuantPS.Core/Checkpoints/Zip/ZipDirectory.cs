using System.Buffers.Binary;
using System.Text;

namespace QuantPS.Checkpoints;

/// <summary>
/// Reads the central directory of a zip archive and holds it against the local headers, so that no entry lies about its name,
/// place or length, none overlaps another, and none leaves its folder.
/// </summary>
internal sealed class ZipDirectory
{
    private const int EndLength = 22;
    private const int End64Length = 56;
    private const int LocatorLength = 20;
    private const int CentralLength = 46;
    private const int LocalLength = 30;
    private const uint EndSignature = 0x06054B50;
    private const uint End64Signature = 0x06064B50;
    private const uint LocatorSignature = 0x07064B50;
    private const uint CentralSignature = 0x02014B50;
    private const uint LocalSignature = 0x04034B50;

    private static readonly UTF8Encoding Utf8 = new(false, throwOnInvalidBytes: true);

    private readonly Stream _stream;
    private readonly CheckpointPart _part;
    private readonly long _start;
    private readonly long _length;
    private readonly long _count;

    private ZipDirectory(Stream stream, CheckpointPart part)
    {
        (_stream, _part) = (stream, part);
        byte[] tail = Read(Math.Max(0, stream.Length - EndLength - ushort.MaxValue), Math.Min(stream.Length, EndLength + ushort.MaxValue));
        int at = FindEnd(tail);
        if (at < 0) throw part.Truncated("the directory at the end of the archive is not there.");
        ReadOnlySpan<byte> end = tail.AsSpan(at);
        long endStart = stream.Length - end.Length;
        (_count, _length, _start) = (U16(end[10..]), U32(end[12..]), U32(end[16..]));
        if (U16(end[4..]) != 0 || U16(end[6..]) != 0) throw part.Unsupported("the archive is split over several files.");
        if (endStart >= LocatorLength && U32(Read(endStart - LocatorLength, LocatorLength)) == LocatorSignature)
        {
            endStart = I64(Read(endStart - LocatorLength, LocatorLength).AsSpan(8));
            ReadOnlySpan<byte> end64 = Read(endStart, End64Length);
            if (U32(end64) != End64Signature) throw part.Unreadable("its zip64 directory is not where the locator says.");
            (_count, _length, _start) = (I64(end64[32..]), I64(end64[40..]), I64(end64[48..]));
        }
        if (_start < 0 || _length < 0 || _start > endStart || _length > endStart - _start)
            throw part.Unreadable("its directory does not lie where the end of the archive says.");
        if (_count < 0 || _count > _length / CentralLength)
            throw part.Unreadable($"its directory says that it has {_count:N0} entries, and has no room for them.");
    }

    /// <summary>The entries of an archive, in the order of its directory; folders are left out.</summary>
    /// <param name="stream">The archive; it can seek.</param>
    /// <param name="part">The file, for errors.</param>
    public static IReadOnlyList<ZipEntry> Read(Stream stream, CheckpointPart part) => new ZipDirectory(stream, part).Entries();

    private List<ZipEntry> Entries()
    {
        if (_length > Array.MaxLength) throw _part.TooLarge($"its directory has {_length:N0} bytes; {Array.MaxLength:N0} is the most.");
        byte[] directory = Read(_start, _length);
        List<ZipEntry> entries = [];
        HashSet<string> names = new(StringComparer.Ordinal);
        int at = 0;
        for (long i = 0; i < _count; i++)
        {
            if (directory.Length - at < CentralLength || U32(directory.AsSpan(at)) != CentralSignature)
                throw _part.Unreadable($"entry {i} of its directory is not one.");
            ReadOnlySpan<byte> header = directory.AsSpan(at);
            int nameLength = U16(header[28..]), extraLength = U16(header[30..]), commentLength = U16(header[32..]);
            int total = CentralLength + nameLength + extraLength + commentLength;
            if (total > header.Length) throw _part.Unreadable($"entry {i} of its directory reaches beyond it.");
            ZipEntry entry = ReadEntry(header[..total], header.Slice(CentralLength, nameLength),
                header.Slice(CentralLength + nameLength, extraLength));
            if (!names.Add(entry.Name)) throw _part.Unsafe($"two entries have the name '{entry.Name}'.");
            entries.Add(entry);
            at += total;
        }
        if (at != directory.Length) throw _part.Unreadable("its directory holds more than the entries that it counts.");
        RefuseOverlaps(entries);
        entries.RemoveAll(entry => entry.Name.EndsWith('/'));
        return entries;
    }

    private ZipEntry ReadEntry(ReadOnlySpan<byte> header, ReadOnlySpan<byte> nameBytes, ReadOnlySpan<byte> extra)
    {
        string name = DecodeName(nameBytes);
        CheckpointPart part = _part.In(name);
        int flags = U16(header[8..]), method = U16(header[10..]);
        if ((flags & 1) != 0) throw part.Unsupported("the entry is encrypted.");
        if (method is not (0 or 8)) throw part.Unsupported($"the entry is compressed by method {method}; stored and deflated ones can be read.");
        long packed = U32(header[20..]), length = U32(header[24..]), start = U32(header[42..]);
        ReadZip64(extra, part, ref length, ref packed, ref start);
        if (method == 0 && packed != length)
            throw part.Unsafe($"the entry is stored, and yet its two lengths differ ({packed:N0} and {length:N0} bytes).");

        if (start > _start - LocalLength) throw part.Unreadable("its local header lies beyond the data.");
        byte[] local = Read(start, LocalLength);
        if (U32(local) != LocalSignature) throw part.Unreadable("there is no local header where the directory says.");
        int localNameLength = U16(local.AsSpan(26));
        long dataStart = start + LocalLength + localNameLength + U16(local.AsSpan(28));
        if (packed > _start - dataStart) throw part.Unsafe($"the entry claims {packed:N0} bytes and reaches beyond the data.");
        if (!Read(start + LocalLength, localNameLength).AsSpan().SequenceEqual(nameBytes))
            throw part.Unsafe("its local header gives it another name.");
        bool lengthsFollow = (flags & 8) != 0;
        foreach ((uint stated, long known) in new[] { (U32(local.AsSpan(18)), packed), (U32(local.AsSpan(22)), length) })
            if (stated != known && stated != uint.MaxValue && !(lengthsFollow && stated == 0))
                throw part.Unsafe($"its local header gives it a length of {stated:N0} bytes, and the directory {known:N0}.");
        return new ZipEntry(name, start, dataStart, packed, length, method == 8, U32(header[16..]));
    }

    private static void ReadZip64(ReadOnlySpan<byte> extra, CheckpointPart part, ref long length, ref long packed, ref long start)
    {
        while (extra.Length >= 4)
        {
            int size = U16(extra[2..]);
            if (size > extra.Length - 4) break;
            if (U16(extra) == 1)
            {
                ReadOnlySpan<byte> field = extra.Slice(4, size);
                Take(ref field, ref length, part);
                Take(ref field, ref packed, part);
                Take(ref field, ref start, part);
                return;
            }
            extra = extra[(4 + size)..];
        }
    }

    private static void Take(ref ReadOnlySpan<byte> field, ref long value, CheckpointPart part)
    {
        if (value != uint.MaxValue) return;
        if (field.Length < 8 || (value = I64(field)) < 0) throw part.Unreadable("its zip64 field is broken.");
        field = field[8..];
    }

    private string DecodeName(ReadOnlySpan<byte> bytes)
    {
        string name;
        try
        {
            name = Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            throw _part.Unreadable("the name of an entry is not UTF-8.");
        }
        if (name.Length == 0 || name[0] == '/' || name.AsSpan().IndexOfAny("\\:\0") >= 0
            || name.Split('/').Any(folder => folder is "." or ".."))
            throw _part.Unsafe($"the entry name '{name}' leaves the archive's folder.");
        return name;
    }

    private void RefuseOverlaps(List<ZipEntry> entries)
    {
        ZipEntry? before = null;
        foreach (ZipEntry entry in entries.OrderBy(entry => entry.HeaderStart))
        {
            if (before is not null && entry.HeaderStart < before.DataStart + before.PackedLength)
                throw _part.Unsafe($"the entries '{before.Name}' and '{entry.Name}' overlap.");
            before = entry;
        }
    }

    private static int FindEnd(byte[] tail)
    {
        for (int at = tail.Length - EndLength; at >= 0; at--)
            if (U32(tail.AsSpan(at)) == EndSignature && at + EndLength + U16(tail.AsSpan(at + 20)) == tail.Length)
                return at;
        return -1;
    }

    private byte[] Read(long start, long length)
    {
        if (start < 0 || start > _stream.Length || length > _stream.Length - start)
            throw _part.Unreadable("a place in its directory lies outside the file.");
        var bytes = new byte[length];
        _stream.Position = start;
        _stream.ReadExactly(bytes);
        return bytes;
    }

    private static ushort U16(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt16LittleEndian(at);

    private static uint U32(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadUInt32LittleEndian(at);

    private static long I64(ReadOnlySpan<byte> at) => BinaryPrimitives.ReadInt64LittleEndian(at);
}
