using System.Buffers.Binary;
using System.Text;

namespace QuantPS.Torch.Native;

/// <summary>
/// The dynamic section of a little-endian ELF64 shared object, read as far as symbol versions go (System V ABI; the GNU extensions as the
/// Linux Standard Base describes them). Every offset is checked against the image before it is followed.
/// </summary>
internal sealed class ElfImage
{
    private const int LoadSegment = 1, DynamicSegment = 2;
    private const long EndTag = 0, PltSizeTag = 2, StringsTag = 5, RelocationsTag = 7, RelocationsSizeTag = 8, StringsSizeTag = 10, PltTag = 23,
        VersionIndexTag = 0x6ffffff0, DefinitionsTag = 0x6ffffffc, DefinitionCountTag = 0x6ffffffd, NeedsTag = 0x6ffffffe, NeedCountTag = 0x6fffffff;

    private readonly byte[] _bytes;
    private readonly List<(ulong Address, ulong Offset, ulong Size)> _segments = [];
    private readonly Dictionary<long, ulong> _dynamic = [];

    /// <summary>Reads the headers of an image.</summary>
    /// <exception cref="InvalidDataException">It is not a shared object of this kind, or it points outside itself.</exception>
    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        if (!Slice(0, 6).SequenceEqual("\u007fELF\u0002\u0001"u8)) throw new InvalidDataException("It is not a little-endian ELF64 file.");
        ulong headers = U64(32);
        int size = U16(54), count = U16(56);
        (ulong Offset, ulong Size) dynamic = default;
        for (int i = 0; i < count; i++)
        {
            ulong at = headers + (ulong)i * (ulong)size;
            uint type = U32(at);
            if (type == LoadSegment) _segments.Add((U64(at + 16), U64(at + 8), U64(at + 32)));
            if (type == DynamicSegment) dynamic = (U64(at + 8), U64(at + 32));
        }
        Slice(dynamic.Offset, dynamic.Size);
        for (ulong at = dynamic.Offset, end = at + dynamic.Size; at < end && (long)U64(at) != EndTag; at += 16)
            _dynamic[(long)U64(at)] = U64(at + 8);
    }

    /// <summary>The versions that it needs of other libraries.</summary>
    public IEnumerable<VersionNeed> Needs()
    {
        if (!_dynamic.ContainsKey(NeedsTag)) yield break;
        ulong at = Place(NeedsTag);
        for (ulong file = Number(NeedCountTag); file > 0; file--)
        {
            string library = Text(U32(at + 4));
            ulong entry = at + U32(at + 8);
            for (int left = U16(at + 2); left > 0; left--)
            {
                yield return new VersionNeed(library, Text(U32(entry + 8)), U16(entry + 6), (int)entry + 4);
                if (U32(entry + 12) == 0) break;
                entry += U32(entry + 12);
            }
            if (U32(at + 12) == 0) break;
            at += U32(at + 12);
        }
    }

    /// <summary>The names of the versions that it defines.</summary>
    public IEnumerable<string> Definitions()
    {
        if (!_dynamic.ContainsKey(DefinitionsTag)) yield break;
        ulong at = Place(DefinitionsTag);
        for (ulong left = Number(DefinitionCountTag); left > 0; left--)
        {
            yield return Text(U32(at + U32(at + 12)));
            if (U32(at + 16) == 0) break;
            at += U32(at + 16);
        }
    }

    /// <summary>The version indices of all symbols that a relocation refers to: what the loader will look up.</summary>
    public IReadOnlySet<int> RelocatedVersions()
    {
        var versions = new HashSet<int>();
        foreach ((long table, long size) in ((long, long)[])[(RelocationsTag, RelocationsSizeTag), (PltTag, PltSizeTag)])
        {
            if (!_dynamic.ContainsKey(table)) continue;
            ulong start = Place(table), length = Number(size);
            Slice(start, length);
            for (ulong at = start; at < start + length; at += 24)
                versions.Add(U16(Place(VersionIndexTag) + 2 * (U64(at + 8) >> 32)) & 0x7fff);
        }
        return versions;
    }

    private ulong Number(long tag) =>
        _dynamic.TryGetValue(tag, out ulong value) ? value : throw new InvalidDataException($"Its dynamic section lacks the entry {tag:x}.");

    private ulong Place(long tag)
    {
        ulong address = Number(tag);
        foreach ((ulong start, ulong offset, ulong size) in _segments)
            if (address >= start && address - start < size)
                return offset + (address - start);
        throw new InvalidDataException($"The address {address:x} is in no segment of the file.");
    }

    private string Text(uint index)
    {
        ulong size = Number(StringsSizeTag);
        if (index >= size) throw new InvalidDataException($"The name {index:x} lies outside its table.");
        ReadOnlySpan<byte> rest = Slice(Place(StringsTag) + index, size - index);
        int length = rest.IndexOf((byte)0);
        return length >= 0 ? Encoding.UTF8.GetString(rest[..length]) : throw new InvalidDataException("A name does not end.");
    }

    private ushort U16(ulong offset) => BinaryPrimitives.ReadUInt16LittleEndian(Slice(offset, 2));

    private uint U32(ulong offset) => BinaryPrimitives.ReadUInt32LittleEndian(Slice(offset, 4));

    private ulong U64(ulong offset) => BinaryPrimitives.ReadUInt64LittleEndian(Slice(offset, 8));

    private ReadOnlySpan<byte> Slice(ulong offset, ulong length)
    {
        ulong total = (ulong)_bytes.Length;
        return offset <= total && length <= total - offset
            ? _bytes.AsSpan((int)offset, (int)length)
            : throw new InvalidDataException($"{length} bytes at {offset:x} lie outside the file.");
    }
}
