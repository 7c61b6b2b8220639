using System.Buffers.Binary;

namespace QuantPS.Checkpoints;

/// <summary>The CRC-32 of zip archives (polynomial 0xEDB88320, reflected), eight bytes at a step.</summary>
internal static class Crc32
{
    private static readonly uint[][] Tables = MakeTables();

    /// <summary>The checksum of bytes, or of bytes that follow others.</summary>
    /// <param name="data">The bytes.</param>
    /// <param name="before">The checksum of those before them.</param>
    public static uint Compute(ReadOnlySpan<byte> data, uint before = 0)
    {
        uint crc = ~before;
        while (data.Length >= 8)
        {
            uint low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ crc;
            uint high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            crc = Tables[7][low & 0xFF] ^ Tables[6][(low >> 8) & 0xFF] ^ Tables[5][(low >> 16) & 0xFF] ^ Tables[4][low >> 24]
                ^ Tables[3][high & 0xFF] ^ Tables[2][(high >> 8) & 0xFF] ^ Tables[1][(high >> 16) & 0xFF] ^ Tables[0][high >> 24];
            data = data[8..];
        }
        foreach (byte next in data) crc = (crc >> 8) ^ Tables[0][(crc ^ next) & 0xFF];
        return ~crc;
    }

    private static uint[][] MakeTables()
    {
        var tables = new uint[8][];
        for (int t = 0; t < tables.Length; t++)
        {
            tables[t] = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint crc = t == 0 ? i : tables[t - 1][i];
                for (int bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (0xEDB88320 & (uint)-(int)(crc & 1));
                tables[t][i] = crc;
            }
        }
        return tables;
    }
}
