using System.Runtime.CompilerServices;
using QuantPS.Bridges;

namespace QuantPS.Tests;

/// <summary>The checkout that the tests run from, and the shared data beside it.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The published module.</summary>
    public static string Module => Path.Combine(Root, "bin", "QuantPS");

    /// <summary>The full path of a file or folder of the shared data; skips the test where it is not there.</summary>
    public static string Shared(string relative)
    {
        string path = Path.GetFullPath(Path.Combine(Root, "..", "shared", relative));
        if (!Path.Exists(path)) Assert.Skip($"Shared data is not there: shared/{relative}");
        return path;
    }

    [ModuleInitializer]
    internal static void UseThePublishedBridges() => Bridge.Root = Path.Combine(Module, "bridges");

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "QuantPS.sln")))
                return folder.FullName;
        throw new InvalidOperationException("The tests do not run from within the repository.");
    }
}
