using QuantPS.Bridges;

namespace QuantPS.Zoo;

/// <summary>The files of data that come with the module, in its folder <c>Data</c>.</summary>
internal static class ModuleData
{
    /// <summary>Where a file lies, or belongs.</summary>
    public static string PathOf(string fileName) =>
        Path.Combine(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Bridge.Root))!, "Data", fileName);
}
