using System.Collections.Immutable;
using System.Text.Json;

namespace QuantPS.Bridges.Backend;

/// <summary>What was installed, written beside it: the packages with their hashes, and the files with their lengths in bytes.</summary>
internal sealed record BackendReceipt(ImmutableSortedDictionary<string, string> Packages, ImmutableSortedDictionary<string, long> Files)
{
    private const string FileName = "QuantPS.Backend.json";

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true };

    /// <summary>Where the receipt of a folder lies.</summary>
    public static string PathIn(string folder) => Path.Combine(folder, FileName);

    /// <summary>The receipt of a folder; null where there is none, or one that nobody of us wrote.</summary>
    public static BackendReceipt? Read(string folder)
    {
        try
        {
            string path = PathIn(folder);
            if (!File.Exists(path) || new FileInfo(path).Length > 1 << 16) return null;
            return JsonSerializer.Deserialize<BackendReceipt>(File.ReadAllText(path), Layout) is { Packages: not null, Files: not null } receipt
                && receipt.Files.Keys.All(BackendPackage.IsFileName) ? receipt : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it into a folder.</summary>
    public void Write(string folder) => File.WriteAllText(PathIn(folder), JsonSerializer.Serialize(this, Layout));

    /// <summary>Whether it is of these packages.</summary>
    public bool IsOf(IReadOnlyCollection<BackendPackage> packages) =>
        Packages.Count == packages.Count && packages.All(package => Packages.GetValueOrDefault(package.ToString()) == package.Sha512);

    /// <summary>The files that are not in a folder as they were installed.</summary>
    public IEnumerable<string> Lacking(string folder) =>
        Files.Where(file => new FileInfo(Path.Combine(folder, file.Key)) is not { Exists: true } found || found.Length != file.Value).Select(file => file.Key);
}
