using System.Buffers.Binary;
using System.Text;

namespace QuantPS.Checkpoints;

/// <summary>
/// Writes a zip archive byte for byte as PyTorch's writer does: entries stored, each local header padded so that its data begins at a
/// multiple of 64 bytes, lengths and checksum after the data, zip64 records at the end.
/// </summary>
/// <remarks>Source: caffe2/serialize/inline_container.cc of PyTorch, and the miniz library under it.</remarks>
/// <param name="stream">What is written to, from its present place on.</param>
/// <param name="root">The folder that all records lie in.</param>
/// <param name="position">Where in the archive the next byte goes.</param>
internal sealed class ZipRecordWriter(Stream stream, string root, long position = 0)
{
    private const int Alignment = 64;
    private const int LocalLength = 30;
    private const ushort NamesAreUtf8 = 0x0800;
    private const ushort LengthsFollow = 0x0008;
    private const ushort PaddingId = 0x4246; // "FB"
    private const ushort Zip64Id = 1;
    private readonly List<(byte[] Name, ushort Flags, uint Crc, uint Length, long Start)> _entries = [];

    /// <summary>The length of the archive so far.</summary>
    public long Length => position;

    /// <summary>The checksums of all entries so far, combined as PyTorch does for the second half of its serialization id.</summary>
    public ulong CombinedChecksum { get; private set; }

    /// <summary>Adds a record.</summary>
    /// <param name="record">Its name within the root folder.</param>
    /// <param name="data">Its bytes.</param>
    public void Add(string record, ReadOnlySpan<byte> data) => Add(record, data.Length, Crc32.Compute(data), data);

    /// <summary>Counts a record in <see cref="Length"/> and writes none of its bytes, where the length is all that is wanted.</summary>
    /// <param name="record">Its name within the root folder.</param>
    /// <param name="length">The number of its bytes.</param>
    public void Count(string record, long length) => Add(record, length, crc: 0, []);

    private void Add(string record, long length, uint crc, ReadOnlySpan<byte> data)
    {
        byte[] name = Encoding.UTF8.GetBytes($"{root}/{record}");
        ushort flags = length == 0 ? NamesAreUtf8 : (ushort)(NamesAreUtf8 | LengthsFollow);
        long start = position;
        bool isFar = start >= uint.MaxValue;
        int zip64Length = isFar ? 4 + sizeof(long) : 0;
        long unpadded = start + LocalLength + name.Length + zip64Length + 4;
        int padding = (int)(-unpadded & (Alignment - 1));

        var header = new RecordBuffer(LocalLength + zip64Length + 4 + padding + name.Length);
        header.UInt32(0x04034B50).UInt16(0).UInt16(flags).UInt16(0).UInt32(0).UInt32(0).UInt32(0).UInt32(0);
        header.UInt16((ushort)name.Length).UInt16((ushort)(zip64Length + 4 + padding)).Bytes(name);
        if (isFar) header.UInt16(Zip64Id).UInt16(sizeof(long)).Int64(start);
        header.UInt16(PaddingId).UInt16((ushort)padding).Fill((byte)'Z', padding);
        Write(header.Written);
        _entries.Add((name, flags, crc, (uint)length, start));
        if (length == 0) return;

        stream.Write(data);
        position += length;
        var descriptor = new RecordBuffer(24);
        descriptor.UInt32(0x08074B50).UInt32(crc);
        if (isFar) descriptor.Int64(length).Int64(length);
        else descriptor.UInt32((uint)length).UInt32((uint)length);
        Write(descriptor.Written);
        CombinedChecksum = Combine(CombinedChecksum, crc);
    }

    /// <summary>Writes the directory; nothing can be added after it.</summary>
    public void Finish()
    {
        long start = position;
        foreach ((byte[] name, ushort flags, uint crc, uint length, long entryStart) in _entries)
        {
            bool isFar = entryStart >= uint.MaxValue;
            var entry = new RecordBuffer(46 + name.Length + 12);
            entry.UInt32(0x02014B50).UInt16(0).UInt16(0).UInt16(flags).UInt16(0).UInt32(0);
            entry.UInt32(crc).UInt32(length).UInt32(length);
            entry.UInt16((ushort)name.Length).UInt16((ushort)(isFar ? 12 : 0)).UInt16(0).UInt16(0).UInt16(0).UInt32(0);
            entry.UInt32((uint)Math.Min(entryStart, uint.MaxValue)).Bytes(name);
            if (isFar) entry.UInt16(Zip64Id).UInt16(sizeof(long)).Int64(entryStart);
            Write(entry.Written);
        }
        long end = position;
        long count = _entries.Count;
        var tail = new RecordBuffer(56 + 20 + 22);
        tail.UInt32(0x06064B50).Int64(44).UInt16(0x031E).UInt16(45).UInt32(0).UInt32(0);
        tail.Int64(count).Int64(count).Int64(end - start).Int64(start);
        tail.UInt32(0x07064B50).UInt32(0).Int64(end).UInt32(1);
        var shortCount = (ushort)Math.Min(count, ushort.MaxValue);
        tail.UInt32(0x06054B50).UInt16(0).UInt16(0).UInt16(shortCount).UInt16(shortCount);
        tail.UInt32((uint)Math.Min(end - start, uint.MaxValue)).UInt32((uint)Math.Min(start, uint.MaxValue)).UInt16(0);
        Write(tail.Written);
    }

    /// <summary>PyTorch's way to fold a value into a hash (<c>c10::hash_combine</c>).</summary>
    public static ulong Combine(ulong seed, ulong value) => seed ^ (value + 0x9E3779B9 + (seed << 6) + (seed >> 2));

    private void Write(ReadOnlySpan<byte> bytes)
    {
        stream.Write(bytes);
        position += bytes.Length;
    }

    /// <summary>A zip record as it is put together, little-endian.</summary>
    private sealed class RecordBuffer(int capacity)
    {
        private readonly byte[] _bytes = new byte[capacity];
        private int _length;

        public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, _length);

        public RecordBuffer UInt16(ushort value)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(_bytes.AsSpan(_length), value);
            _length += sizeof(ushort);
            return this;
        }

        public RecordBuffer UInt32(uint value)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(_bytes.AsSpan(_length), value);
            _length += sizeof(uint);
            return this;
        }

        public RecordBuffer Int64(long value)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_bytes.AsSpan(_length), value);
            _length += sizeof(long);
            return this;
        }

        public RecordBuffer Bytes(ReadOnlySpan<byte> bytes)
        {
            bytes.CopyTo(_bytes.AsSpan(_length));
            _length += bytes.Length;
            return this;
        }

        public void Fill(byte value, int count)
        {
            _bytes.AsSpan(_length, count).Fill(value);
            _length += count;
        }
    }
}
