using System.Buffers.Binary;
using System.Collections.Immutable;
using System.IO.Compression;

namespace QuantPS.Data;

/// <summary>An array of bytes in the IDX format (yann.lecun.com/exdb/mnist): a header with the sizes, then the values.</summary>
/// <param name="Path">The file.</param>
/// <param name="Sizes">The size of each dimension, outermost first, none of them 0.</param>
/// <param name="Values">As many values as the sizes say.</param>
internal sealed record IdxFile(string Path, ImmutableArray<int> Sizes, byte[] Values)
{
    private const byte UnsignedByte = 8;
    private const long MostBytesFromOne = 1032; // what deflate expands a byte to at most

    /// <summary>Reads a file, plain or gzip-compressed by its extension <c>.gz</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="rank">The number of dimensions that it must have.</param>
    /// <exception cref="QuantPSException"><c>DataUnreadable</c>: it is not such a file, or its length is not what its header says.</exception>
    public static IdxFile Read(string path, int rank)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            bool compressed = path.EndsWith(".gz", StringComparison.Ordinal);
            using Stream stream = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;

            var header = new byte[4 + 4 * rank];
            stream.ReadExactly(header);
            if (!header.AsSpan(0, 4).SequenceEqual((ReadOnlySpan<byte>)[0, 0, UnsignedByte, (byte)rank]))
                throw new InvalidDataException($"it does not start as an IDX file of bytes with {rank} dimensions does");
            ImmutableArray<int> sizes = [.. Enumerable.Range(1, rank).Select(i => BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4 * i)))];

            long most = compressed ? file.Length * MostBytesFromOne : file.Length - header.Length;
            var values = new byte[CountOf(sizes, Math.Min(most, Array.MaxLength))];
            stream.ReadExactly(values);
            if (stream.ReadByte() >= 0) throw new InvalidDataException("it is longer than its header says");
            return new IdxFile(path, sizes, values);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            string reason = error is EndOfStreamException ? "it is cut off" : error.Message.TrimEnd('.');
            throw new QuantPSException("DataUnreadable", $"'{path}' is not a complete IDX file: {reason}. Get it anew.", path, error);
        }
    }

    private static long CountOf(ImmutableArray<int> sizes, long most)
    {
        long count = 1;
        foreach (int size in sizes)
            if (size < 1 || (count *= size) > most)
                throw new InvalidDataException($"its header says {string.Join('x', sizes)}, which the file cannot hold");
        return count;
    }
}
