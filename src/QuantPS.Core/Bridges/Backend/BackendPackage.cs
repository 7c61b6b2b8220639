using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace QuantPS.Bridges.Backend;

/// <summary>A NuGet package of the training backend, in the one version that the module was built and tested with.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Version">Its version.</param>
/// <param name="Length">The length of its file in bytes.</param>
/// <param name="Sha512">The SHA-512 of its file in Base64, as NuGet writes it.</param>
public sealed partial record BackendPackage(string Id, string Version, long Length, string Sha512)
{
    /// <summary>What is taken from it: paths of files, and of folders with a slash at their end.</summary>
    public required ImmutableArray<string> Takes { get; init; }

    /// <summary>The files of such folders that are left out, as a pattern of their names without the last extension.</summary>
    public string? Except { get; init; }

    /// <summary>The name that its file is published under.</summary>
    public string FileName => $"{Id}.{Version}.nupkg".ToLowerInvariant();

    /// <summary>Where its file is published.</summary>
    public Uri Url => new($"https://api.nuget.org/v3-flatcontainer/{Id.ToLowerInvariant()}/{Version}/{FileName}");

    /// <inheritdoc/>
    public override string ToString() => $"{Id} {Version}";

    /// <summary>Whether a text is the name of a file and nothing more: no path, no device, no hidden file.</summary>
    internal static bool IsFileName(string text) => SimpleName().IsMatch(text);

    /// <summary>The name that an entry of the archive is unpacked under; null for one that is left out.</summary>
    internal string? TargetOf(string entry)
    {
        if (Takes.Contains(entry)) return Path.GetFileName(entry);
        string folder = entry[..(entry.LastIndexOf('/') + 1)], name = entry[folder.Length..];
        if (name.Length == 0 || !Takes.Contains(folder)) return null;
        return Except is not null && Regex.IsMatch(Path.GetFileNameWithoutExtension(name), Except) ? null : name;
    }

    [GeneratedRegex(@"^[A-Za-z0-9_][A-Za-z0-9_+-]*(\.[A-Za-z0-9_+-]+)+\z", RegexOptions.NonBacktracking)]
    private static partial Regex SimpleName();
}
