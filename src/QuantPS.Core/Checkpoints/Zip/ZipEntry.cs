namespace QuantPS.Checkpoints;

/// <summary>A file within a zip archive, as its central directory and its local header agree that it is.</summary>
/// <param name="Name">The full name, folders included.</param>
/// <param name="HeaderStart">Where its local header begins.</param>
/// <param name="DataStart">Where its data begins.</param>
/// <param name="PackedLength">The length of the data in the archive.</param>
/// <param name="Length">The length of the data once it is inflated.</param>
/// <param name="IsDeflated">Whether it is compressed (method 8) or stored as it is (method 0).</param>
/// <param name="Crc">The CRC-32 of the data; 0 where the writer was told to compute none.</param>
internal sealed record ZipEntry(
    string Name, long HeaderStart, long DataStart, long PackedLength, long Length, bool IsDeflated, uint Crc);
