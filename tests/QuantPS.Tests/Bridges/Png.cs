using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace QuantPS.Tests.Bridges;

/// <summary>Writes the PNG files that an encoder would not: any colour type, and headers that lie.</summary>
internal static class Png
{
    /// <param name="colorType">0 grey, 2 RGB, 6 RGB with alpha; 8 bits each.</param>
    public static byte[] Encode(int width, int height, byte colorType, byte[] samples, int? declaredWidth = null, int? declaredHeight = null)
    {
        using var file = new MemoryStream();
        file.Write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, declaredWidth ?? width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), declaredHeight ?? height);
        (header[8], header[9]) = (8, colorType);
        WriteChunk(file, "IHDR", header);
        WriteChunk(file, "IDAT", Compress(samples, samples.Length / height));
        WriteChunk(file, "IEND", []);
        return file.ToArray();
    }

    private static byte[] Compress(byte[] samples, int rowLength)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
            foreach (byte[] row in samples.Chunk(rowLength))
                zlib.Write([0, .. row]);
        return compressed.ToArray();
    }

    private static void WriteChunk(Stream file, string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(body);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc32(body));
        file.Write(number);
    }

    private static uint Crc32(byte[] data)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in data)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }
        return ~crc;
    }
}
