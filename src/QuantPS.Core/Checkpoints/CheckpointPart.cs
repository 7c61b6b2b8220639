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

    public QuantPSException NotFound() =>
        new("CheckpointNotFound", $"There is no file '{File}'. Check the path.", File);

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
