namespace QuantPS.Checkpoints;

/// <summary>Writes files that are there whole or not at all.</summary>
internal static class AtomicFile
{
    private const string Devices = "/dev";

    /// <summary>
    /// Writes under another name beside it and renames at the end; whatever fails, the file is as it was and nothing is left. A link stays, and
    /// what it leads to is written. A device is written as it is: a renamed file would take its place.
    /// </summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The user may not write there.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string target = Path.GetFullPath(path);
        if (Path.GetDirectoryName(target) == Devices)
        {
            using FileStream device = new(target, FileMode.Open, FileAccess.Write);
            write(device);
            return;
        }
        if (new FileInfo(target) is { LinkTarget: not null } link) target = link.ResolveLinkTarget(returnFinalTarget: true)!.FullName;
        string temporary = Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetRandomFileName()}.tmp");
        try
        {
            using (FileStream stream = new(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }
            File.Move(temporary, target, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }
}
