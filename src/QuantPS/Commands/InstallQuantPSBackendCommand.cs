using System.Management.Automation;
using QuantPS.Bridges.Backend;

namespace QuantPS.Commands;

/// <summary>Installs the training backend: TorchSharp with libtorch, which training and comparing with libtorch need.</summary>
/// <remarks>
/// <para>
/// Everything but training works without it. It comes as NuGet packages, 62 to 134 MB to download, and takes 220 to 470 MB on the disk, for Linux and
/// Windows on x64 and macOS on Arm. The packages are those of nuget.org, or with -PackageSource files at hand: as NuGet keeps them in its own
/// folder of packages, or all in one folder.
/// </para>
/// <para>
/// The module carries the SHA-512 of each package, and asks no registry for it: nothing is unpacked of a file that is not, byte by byte, the one
/// that nuget.org published when the module was built, wherever it came from. A download that breaks off is resumed, also by the next call. The libraries appear in their folder in one step, when
/// all of them are there; Ctrl+C leaves what was there before.
/// </para>
/// <para>
/// A backend that is there is left alone; -Force installs it again. Sessions that trained already keep the libraries that they loaded.
/// </para>
/// <para>
/// Errors: BackendUnsupported, where there is no libtorch for the platform; BackendNotAtHand, where a package can be had neither from the
/// network nor from -PackageSource; BackendDamaged and BackendUnsafe, where a package is not what it should be; BackendUnwritable;
/// MirrorUnusable.
/// </para>
/// </remarks>
/// <example>
/// <para>See what would be installed, and where.</para>
/// <code>
/// Install-QuantPSBackend -WhatIf
/// (Get-QuantPSEnvironment).Backend
/// </code>
/// </example>
/// <example>
/// <para>Install without network, into a folder of your own.</para>
/// <code>
/// Install-QuantPSBackend ./packages -Path ./backend -WhatIf
/// (Get-QuantPSEnvironment).Backend.Path
/// </code>
/// </example>
/// <example>
/// <para>Install through a proxy what is not there.</para>
/// <code>
/// $backend = (Get-QuantPSEnvironment).Backend
/// if (-not $backend.IsInstalled) { $backend = Install-QuantPSBackend -Proxy http://proxy.example:8080 -PassThru }
/// $backend.Libtorch
/// </code>
/// </example>
/// <returns>Nothing; with -PassThru the backend with its versions, its folder and its size.</returns>
/// <seealso cref="UninstallQuantPSBackendCommand"/>
/// <seealso cref="GetQuantPSEnvironmentCommand"/>
/// <seealso cref="StartQatTrainingCommand"/>
[Cmdlet(VerbsLifecycle.Install, "QuantPSBackend", DefaultParameterSetName = DownloadSet, SupportsShouldProcess = true)]
[OutputType(typeof(TorchBackend))]
public sealed class InstallQuantPSBackendCommand : DownloadCmdlet
{
    /// <summary>
    /// The packages at hand: .nupkg files, or folders of them; NuGet's own folder of packages (~/.nuget/packages) is one, too. Nothing is downloaded.
    /// </summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = "PackageSource")]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    public string[] PackageSource { get; set; } = [];

    /// <summary>
    /// The folder to install into; when not given, that of the environment variable QUANTPS_BACKEND, else one among your data. It is used by this
    /// session from then on; others find it where QUANTPS_BACKEND names it.
    /// </summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Path { get; set; }

    /// <summary>Installs a backend that is there already once more.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Emits the backend.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void End()
    {
        var store = new BackendStore(Path is null ? null : FullPath(Path));
        store.RequirePlatform();
        TorchBackend backend = store.Inspect();
        if (backend.IsInstalled && !Force) WriteVerbose($"It is there already: {backend}.");
        else if (!ShouldProcess(store.Path, $"Install {string.Join(", ", store.Packages)} from {Source(store)}")) return;
        else backend = Install(store);
        if (store.Root != System.IO.Path.GetFullPath(BackendStore.DefaultRoot)) Use(store);
        if (PassThru) WriteObject(backend);
    }

    private TorchBackend Install(BackendStore store)
    {
        string[]? sources = ParameterSetName == DownloadSet ? null : [.. PackageSource.SelectMany(source => FilesAt(source, literally: System.IO.Path.Exists(FullPath(source))))];
        using BackendInstallation installation = Run($"{(sources is null ? "Downloading" : "Checking")} the training backend", report => BackendInstallation
            .FetchAsync(store, sources, NetworkOptions with { Force = Force }, new DownloadReport(report), report.Cancellation).GetAwaiter().GetResult());
        return Run("Unpacking the training backend", report => installation.Complete(
            (done, total) => report.Progress(done, total, $"{done / 1e6:0} of {total / 1e6:0} MB"), report.Cancellation));
    }

    private void Use(BackendStore store)
    {
        Environment.SetEnvironmentVariable(BackendStore.EnvironmentVariable, store.Root);
        WriteWarning($"This session uses the training backend in '{store.Root}'. For others to find it, set the environment variable {BackendStore.EnvironmentVariable} to that folder.");
    }

    private string Source(BackendStore store) => ParameterSetName == DownloadSet
        ? $"{NetworkOptions.Resolve(store.Packages[0].Url).Host} ({store.Packages.Sum(package => package.Length) / 1e6:0} MB to download)"
        : string.Join(", ", PackageSource);
}
