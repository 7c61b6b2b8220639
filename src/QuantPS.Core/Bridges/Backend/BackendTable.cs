using System.Collections.Immutable;
using System.Globalization;

namespace QuantPS.Bridges.Backend;

/// <summary>
/// The packages of the training backend. The build makes the table from the versions and hashes in <c>Directory.Packages.props</c>, so that
/// what is installed is what the module was built with.
/// </summary>
internal static class BackendTable
{
    private static readonly string[][] Rows = Read();

    /// <summary>The platforms that there is a backend for.</summary>
    public static ImmutableArray<string> Platforms { get; } = [.. Rows.Select(row => row[2]).Where(platform => platform.Length > 0).Order()];

    /// <summary>The packages for a platform; none where there is no backend for it.</summary>
    public static ImmutableArray<BackendPackage> Of(string platform) => !Platforms.Contains(platform) ? []
        : [.. Rows.Where(row => row[2].Length == 0 || row[2] == platform).Select(row => ToPackage(row, platform))];

    private static BackendPackage ToPackage(string[] row, string platform) => new(row[0], row[1], long.Parse(row[3], CultureInfo.InvariantCulture), row[4])
    {
        Takes = [.. row[5].Replace("{platform}", platform).Split('&')],
        Except = row[6].Length > 0 ? row[6] : null,
    };

    private static string[][] Read()
    {
        using Stream table = typeof(BackendTable).Assembly.GetManifestResourceStream("Backend.csv")!;
        using var reader = new StreamReader(table);
        return [.. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(line => line.Split(','))];
    }
}
