using System.Text;

namespace QuantPS.Tests.Checkpoints;

/// <summary>Writes plain zip archives, honest ones and lying ones; nothing in it is shared with the module's own writer.</summary>
internal sealed class ZipBuilder
{
    private readonly List<Entry> _entries = [];

    /// <summary>An entry; what is null is told as it is.</summary>
    public sealed record Entry(string Name, byte[] Data)
    {
        public string? LocalName { get; init; }

        public uint? Crc { get; init; }

        public uint? PackedLength { get; init; }

        public uint? Length { get; init; }

        public uint? LocalLength { get; init; }

        public uint? Offset { get; init; }

        public ushort Method { get; init; }

        public ushort Flags { get; init; }
    }

    /// <summary>How many entries the end of the archive counts, if not as many as there are.</summary>
    public ushort? Count { get; init; }

    public ZipBuilder Add(string name, byte[] data) => Add(new Entry(name, data));

    public ZipBuilder Add(Entry entry)
    {
        _entries.Add(entry);
        return this;
    }

    public byte[] Build()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        var offsets = new List<long>();
        foreach (Entry entry in _entries)
        {
            offsets.Add(stream.Position);
            byte[] name = Encoding.UTF8.GetBytes(entry.LocalName ?? entry.Name);
            writer.Write(0x04034B50);
            WriteFacts(writer, entry, entry.LocalLength);
            writer.Write((ushort)name.Length);
            writer.Write((ushort)0);
            writer.Write(name);
            writer.Write(entry.Data);
        }
        long start = stream.Position;
        foreach ((Entry entry, long offset) in _entries.Zip(offsets))
        {
            byte[] name = Encoding.UTF8.GetBytes(entry.Name);
            writer.Write(0x02014B50);
            writer.Write((ushort)20);
            WriteFacts(writer, entry, entry.PackedLength);
            writer.Write((ushort)name.Length);
            writer.Write(new byte[12]);
            writer.Write(entry.Offset ?? (uint)offset);
            writer.Write(name);
        }
        long end = stream.Position;
        writer.Write(0x06054B50);
        writer.Write(0);
        writer.Write(Count ?? (ushort)_entries.Count);
        writer.Write(Count ?? (ushort)_entries.Count);
        writer.Write((uint)(end - start));
        writer.Write((uint)start);
        writer.Write((ushort)0);
        return stream.ToArray();
    }

    private static void WriteFacts(BinaryWriter writer, Entry entry, uint? packedLength)
    {
        writer.Write((ushort)20);
        writer.Write(entry.Flags);
        writer.Write(entry.Method);
        writer.Write(0);
        writer.Write(entry.Crc ?? Checksum(entry.Data));
        writer.Write(packedLength ?? (uint)entry.Data.Length);
        writer.Write(entry.Length ?? packedLength ?? (uint)entry.Data.Length);
    }

    /// <summary>CRC-32 bit by bit, from its definition.</summary>
    public static uint Checksum(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte next in data)
        {
            crc ^= next;
            for (int bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        return ~crc;
    }
}
