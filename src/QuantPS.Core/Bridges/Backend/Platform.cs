using System.Runtime.InteropServices;

namespace QuantPS.Bridges.Backend;

/// <summary>The kinds of machines that native libraries are built for, named as .NET names them: <c>linux-x64</c>, <c>win-x64</c>, <c>osx-arm64</c>.</summary>
public static class Platform
{
    /// <summary>The one that this process runs on, whatever the name that the builder of its .NET gave to the system.</summary>
    public static string Current { get; } = $"{System}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    private static string System =>
        OperatingSystem.IsWindows() ? "win"
        : OperatingSystem.IsMacOS() ? "osx"
        : RuntimeInformation.RuntimeIdentifier is var name && (name.Contains("musl") || name.StartsWith("alpine")) ? "linux-musl"
        : "linux";
}
