namespace QuantPS.Host;

/// <summary>Finds the module: the manifest lies in the folder of the program or in one above it.</summary>
internal static class ModuleLocation
{
    private const string ManifestName = "QuantPS.psd1";

    public static string FindManifest()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, ManifestName);
            if (File.Exists(path)) return path;
        }
        throw new FileNotFoundException($"{ManifestName} is neither in '{AppContext.BaseDirectory}' nor in a folder above it.");
    }
}
