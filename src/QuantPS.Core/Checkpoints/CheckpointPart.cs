namespace QuantPS.Checkpoints;

/// <summary>The file that is being read, and the part of it, so that every error names both.</summary>
/// <param name="File">The path of the file, or what the caller calls the stream.</param>
/// <param name="Entry">The entry of the archive or the section of the file; empty for the file as a whole.</param>
/// <param name="Format">What the file should be.</param>
internal sealed record CheckpointPart(string File, string Entry = "", string Format = "PyTorch checkpoint")
{
    private const int MostText = 1000;

    private string Place => Entry.Length == 0 ? $"'{File}'" : $"'{File}' ({PlainText.Short(Entry, MostText)})";

    public CheckpointPart In(string entry) => this with { Entry = entry };

    /// <summary>Reads the file. What the system has against it is an error that names it.</summary>
    /// <param name="progress">Told the number of bytes that are read, once for each mebibyte; what it throws ends the reading.</param>
    /// <param name="read">Reads it, from a stream that can seek.</param>
    public T Read<T>(IProgress<long>? progress, Func<Stream, CheckpointPart, T> read)
    {
        try
        {
            using var stream = new WatchedStream(new FileStream(File, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0), progress);
            return stream.CanSeek ? read(stream, this) : throw Unreadable("it is a pipe or a device. Give a file.");
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new QuantPSException("CheckpointNotFound", $"There is no file '{File}'. Check the path.", File);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Unreadable(Directory.Exists(File) ? "it is a folder. Give a file in it." : exception.Message, exception);
        }
    }

    public QuantPSException Unreadable(string problem, Exception? inner = null) =>
        new("CheckpointUnreadable", $"{Place} cannot be read as a {Format}: {PlainText.Short(problem, MostText)}", File, inner);

    public QuantPSException Truncated(string problem) =>
        new("CheckpointTruncated", $"{Place} is cut short: {PlainText.Short(problem, MostText)} Copy or download the file again.", File);

    public QuantPSException Unsafe(string problem) =>
        new("CheckpointUnsafe", $"{Place} is refused: {PlainText.Short(problem, MostText)}", File);

    public QuantPSException TooLarge(string problem) =>
        new("CheckpointTooLarge", $"{Place} is refused: {PlainText.Short(problem, MostText)}", File);

    public QuantPSException Unsupported(string problem) =>
        new("CheckpointUnsupported", $"{Place} is not supported: {PlainText.Short(problem, MostText)}", File);
}
