namespace QuantPS.Bridges.Backend;

/// <summary>The training backend, TorchSharp with libtorch, and whether it is on this machine.</summary>
/// <param name="TorchSharp">The version of TorchSharp.</param>
/// <param name="Libtorch">The version of libtorch; null where there is none for this platform.</param>
/// <param name="Platform">The platform, such as <c>linux-x64</c>.</param>
/// <param name="Path">The folder that its libraries lie in, or belong in.</param>
/// <param name="IsInstalled">Whether they are there, all of them and of these versions.</param>
/// <param name="SizeMB">What they take on the disk, in decimal megabytes; null where they are not there.</param>
/// <param name="Problem">Why it is not there, and what to do; null where it is.</param>
public sealed record TorchBackend(
    string TorchSharp, string? Libtorch, string Platform, string Path, bool IsInstalled, double? SizeMB, string? Problem)
{
    private const string Library = "TorchSharp.dll";

    /// <summary>The name of the bridge that needs it.</summary>
    internal const string BridgeName = "Torch";

    /// <summary>The one that training uses: that which the module was built with where it lies beside it, else the one that was installed.</summary>
    public static TorchBackend Find() => IsBeside(Bundle)
        ? new BackendStore().Inspect() with { Path = Bundle, IsInstalled = true, Problem = null, SizeMB = SizeOf(Bundle) }
        : new BackendStore().Inspect();

    /// <summary>The folder of TorchSharp and libtorch for a bridge.</summary>
    /// <param name="bridge">The folder of the bridge.</param>
    /// <exception cref="QuantPSException"><c>TorchUnavailable</c>: they are not there; the message says how to install them.</exception>
    internal static string FolderFor(string bridge)
    {
        if (IsBeside(bridge)) return bridge;
        TorchBackend installed = new BackendStore().Inspect();
        return installed.IsInstalled ? installed.Path : throw new QuantPSException("TorchUnavailable",
            $"Training and comparing with libtorch need the training backend, TorchSharp with libtorch; everything else works without it. {installed.Problem}",
            installed.Path);
    }

    private static string Bundle => System.IO.Path.Combine(Bridge.Root, BridgeName);

    private static bool IsBeside(string folder) => File.Exists(System.IO.Path.Combine(folder, Library));

    private static double SizeOf(string folder) => new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length) / 1e6;

    /// <inheritdoc/>
    public override string ToString() =>
        $"TorchSharp {TorchSharp}{(Libtorch is null ? "" : $", libtorch {Libtorch}")} for {Platform}, {(IsInstalled ? $"in {Path}" : "not installed")}";
}
