using System.Security.Cryptography;

namespace QuantPS.Zoo.Download;

/// <summary>The SHA-256 of files of weights, and the record of it beside those whose name carries none.</summary>
internal static class FileHash
{
    /// <summary>The SHA-256 of a file, in lower case.</summary>
    public static async Task<string> OfAsync(string path, CancellationToken cancel)
    {
        FileStream stream = File.OpenRead(path);
        await using (stream.ConfigureAwait(false))
            return Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel).ConfigureAwait(false));
    }

    /// <summary>Where the hash of a file is recorded.</summary>
    public static string RecordOf(string path) => path + ".sha256";

    /// <summary>The hash that is recorded for a file; null where none is.</summary>
    public static string? Recorded(string path) =>
        File.Exists(RecordOf(path)) && File.ReadAllText(RecordOf(path)).Split(' ')[0] is { Length: SHA256.HashSizeInBytes * 2 } hash ? hash : null;

    /// <summary>Records the hash of a file, in the format of <c>sha256sum</c>.</summary>
    public static void Record(string path, string hash)
    {
        string draft = RecordOf(path) + ".part";
        File.WriteAllText(draft, $"{hash}  {Path.GetFileName(path)}\n");
        File.Move(draft, RecordOf(path), overwrite: true);
    }
}
