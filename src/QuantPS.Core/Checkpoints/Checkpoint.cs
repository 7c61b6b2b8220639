using System.Buffers.Binary;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>
/// Files of PyTorch's <c>torch.save</c>: read in the zip format (since PyTorch 1.6) and in the legacy one, written in the zip format.
/// </summary>
/// <remarks>
/// Files are taken to be hostile. A pickle is a program for Python's unpickler; the one here knows tensors, state dicts and the plain values
/// around them, refuses every other name, and runs nothing. Lengths are held against the file's own, and memory is bounded by it.
/// </remarks>
public static class Checkpoint
{
    private const uint ZipSignature = 0x04034B50;
    private const byte PickleSignature = 0x80;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="progress">Told the number of bytes that are read, once for each mebibyte; what it throws ends the reading.</param>
    /// <returns>
    /// What was saved: null, <c>bool</c>, <c>long</c>, <c>BigInteger</c>, <c>double</c>, <c>string</c>, <c>byte[]</c>, <see cref="Tensor"/>,
    /// <see cref="DTypeReference"/>, <see cref="DeviceReference"/>, or of these a <see cref="PythonDict"/>, <see cref="PythonTuple"/>
    /// or <c>List&lt;object?&gt;</c>. Tensors are contiguous; views of one storage that are the same view are one tensor.
    /// </returns>
    /// <exception cref="QuantPSException">
    /// CheckpointNotFound; CheckpointUnreadable (not a checkpoint, damaged, or no permission); CheckpointTruncated; CheckpointUnsafe
    /// (names something that tensors do not need, or contradicts itself); CheckpointTooLarge (asks for more memory than its length
    /// allows); CheckpointUnsupported (TorchScript, big-endian, encrypted).
    /// </exception>
    public static object? Read(string path, IProgress<long>? progress = null) =>
        new CheckpointPart(path).Read(progress, Read);

    /// <summary>Reads all of a stream.</summary>
    /// <param name="stream">A stream that can seek.</param>
    /// <param name="name">What errors call it.</param>
    /// <returns>What was saved: see <see cref="Read(string, IProgress{long})"/>.</returns>
    /// <exception cref="QuantPSException">As for <see cref="Read(string, IProgress{long})"/>.</exception>
    public static object? Read(Stream stream, string name) => Read(stream, new CheckpointPart(name));

    /// <summary>Writes a file in PyTorch's zip format. It appears under its name, or replaces the one there, only when it is complete.</summary>
    /// <param name="value">What to save, of the types that <see cref="Read(string, IProgress{long})"/> gives.</param>
    /// <param name="path">The file.</param>
    /// <param name="rootName">The folder in the archive; the name of the file without its extension, as in PyTorch, when not given.</param>
    /// <exception cref="QuantPSException">CheckpointNotWritten: the folder is not there, the disk is full, or the user may not.</exception>
    public static void Write(object? value, string path, string? rootName = null) =>
        WriteFile(path, stream => CheckpointWriter.Write(value, stream, rootName ?? RecordArchive.RootNameOf(path)));

    /// <summary>Writes PyTorch's zip format to a stream.</summary>
    /// <param name="value">What to save, of the types that <see cref="Read(string, IProgress{long})"/> gives.</param>
    /// <param name="stream">A stream that can be written to; it need not seek.</param>
    /// <param name="rootName">The folder in the archive.</param>
    public static void Write(object? value, Stream stream, string rootName = "archive") =>
        CheckpointWriter.Write(value, stream, rootName);

    /// <summary>The length in bytes of the file that <see cref="Write(object?, Stream, string)"/> writes.</summary>
    /// <param name="value">What would be saved.</param>
    /// <param name="rootName">The folder in the archive: its name is in the length several times.</param>
    public static long Measure(object? value, string rootName = "archive") => CheckpointWriter.Measure(value, rootName);

    /// <summary>Writes a file that appears under its name only when it is complete.</summary>
    /// <exception cref="QuantPSException">CheckpointNotWritten: the folder is not there, the disk is full, or the user may not.</exception>
    internal static void WriteFile(string path, Action<Stream> write)
    {
        try
        {
            AtomicFile.Write(path, write);
        }
        catch (DirectoryNotFoundException exception)
        {
            throw NoFolder(path, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new QuantPSException("CheckpointNotWritten", $"'{path}' cannot be written: {exception.Message}", path, exception);
        }
    }

    /// <summary>Throws where the folder that a file is to be written to is not there.</summary>
    /// <exception cref="QuantPSException">CheckpointNotWritten.</exception>
    internal static void RequireFolder(string path)
    {
        if (!Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(path)))) throw NoFolder(path);
    }

    private static QuantPSException NoFolder(string path, Exception? inner = null) => new("CheckpointNotWritten",
        $"'{path}' cannot be written: there is no folder '{Path.GetDirectoryName(Path.GetFullPath(path))}'. Make it first.", path, inner);

    private static object? Read(Stream stream, CheckpointPart part)
    {
        Span<byte> head = stackalloc byte[4];
        stream.Position = 0;
        int length = stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        if (length == head.Length && BinaryPrimitives.ReadUInt32LittleEndian(head) == ZipSignature)
            return ZipFormat.Read(stream, part);
        if (length > 0 && head[0] == PickleSignature) return LegacyFormat.Read(stream, part);
        throw LegacyFormat.NotCheckpoint(part);
    }
}
