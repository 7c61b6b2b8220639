using System.Collections.Immutable;
using QuantPS.Zoo.Download;

namespace QuantPS.Bridges.Backend;

/// <summary>The folder that the training backend is installed into, a folder in it for each version and platform. Several processes may share it.</summary>
public sealed class BackendStore
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string EnvironmentVariable = "QUANTPS_BACKEND";

    private const string Managed = "TorchSharp", Native = "libtorch", DraftExtension = ".draft";

    private readonly ImmutableArray<BackendPackage> _packages;
    private readonly string _platform;

    /// <param name="root">The folder; null for <see cref="DefaultRoot"/>.</param>
    public BackendStore(string? root = null) : this(root, Platform.Current, BackendTable.Of(Platform.Current)) { }

    internal BackendStore(string? root, string platform, ImmutableArray<BackendPackage> packages)
    {
        (_platform, _packages) = (platform, packages);
        Root = System.IO.Path.GetFullPath(root ?? DefaultRoot);
        Path = System.IO.Path.Combine(Root, $"{Managed}-{Version}-{platform}");
    }

    /// <summary>The folder that the environment variable names, else one among the user's data.</summary>
    public static string DefaultRoot => Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named ? named : System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "QuantPS", "backend");

    /// <summary>The folder.</summary>
    public string Root { get; }

    /// <summary>The folder in it that the libraries lie in, or belong in.</summary>
    public string Path { get; }

    /// <summary>The packages that are installed; none where there is no backend for this platform.</summary>
    public IReadOnlyList<BackendPackage> Packages => _packages;

    internal string Downloads => System.IO.Path.Combine(Root, "downloads");

    internal string LockPath => System.IO.Path.Combine(Root, ".lock");

    private string Version => Of(Managed)?.Version ?? BackendTable.Of(BackendTable.Platforms[0]).First(package => package.Id == Managed).Version;

    /// <summary>Looks whether the backend is there: whether each file that was installed has its length.</summary>
    public TorchBackend Inspect()
    {
        BackendReceipt? receipt = BackendReceipt.Read(Path);
        string? problem = Problem(receipt);
        return new TorchBackend(Version, Of(Native)?.Version, _platform, Path, problem is null, receipt?.Files.Values.Sum() / 1e6, problem);
    }

    /// <summary>Says that there is no backend for this platform, where that is so.</summary>
    /// <exception cref="QuantPSException"><c>BackendUnsupported</c>.</exception>
    public void RequirePlatform()
    {
        if (_packages.IsEmpty) throw new QuantPSException("BackendUnsupported", NoPlatform, _platform);
    }

    /// <summary>Removes the files that were installed, and folders that are empty then. What others put there stays.</summary>
    /// <param name="cancel">Ends the wait for another process that installs.</param>
    /// <returns>The names of what stays in the folder of the libraries.</returns>
    /// <exception cref="QuantPSException">
    /// <c>BackendNotInstalled</c>: there is nothing to remove. <c>BackendUnwritable</c>: a file cannot be removed, perhaps as it is in use.
    /// </exception>
    public async Task<IReadOnlyList<string>> UninstallAsync(CancellationToken cancel = default)
    {
        if (BackendReceipt.Read(Path) is null && !Directory.Exists(Downloads))
            throw new QuantPSException("BackendNotInstalled",
                $"'{Path}' holds no training backend that Install-QuantPSBackend installed. -Path or the environment variable {EnvironmentVariable} names another folder.", Path);
        try
        {
            IReadOnlyList<string> rest;
            using (await FileLock.TakeAsync(LockPath, () => { }, cancel).ConfigureAwait(false))
            {
                rest = BackendReceipt.Read(Path) is { } receipt ? Remove(receipt) : [];
                DiscardDownloads();
            }
            DeleteIfEmpty();
            return rest;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unwritable(e);
        }
    }

    /// <summary>A name for a folder that takes its final one when it is complete.</summary>
    internal string NewDraft() => $"{Path}.{Guid.NewGuid():N}{DraftExtension}";

    /// <summary>Removes the drafts of processes that were ended, and what was downloaded.</summary>
    internal void Tidy()
    {
        foreach (string draft in Directory.EnumerateDirectories(Root, $"{System.IO.Path.GetFileName(Path)}.*{DraftExtension}")) Directory.Delete(draft, recursive: true);
        DiscardDownloads();
    }

    /// <summary>Removes the folder where nothing is in it but the file of the lock, which nobody may hold here.</summary>
    internal void DeleteIfEmpty()
    {
        if (Directory.Exists(Root) && Directory.EnumerateFileSystemEntries(Root).All(path => path == LockPath)) Directory.Delete(Root, recursive: true);
    }

    internal QuantPSException Unwritable(Exception reason) => new("BackendUnwritable",
        $"The training backend in '{Path}' cannot be changed: {reason.Message} Close other sessions that use it, make room or make the folder writable, or name " +
        $"another with -Path or the environment variable {EnvironmentVariable}.", Path, reason);

    private void DiscardDownloads()
    {
        if (!Directory.Exists(Downloads)) return;
        foreach (BackendPackage package in _packages)
            foreach (string file in Directory.EnumerateFiles(Downloads, $"{package.FileName}*"))
                File.Delete(file);
        if (!Directory.EnumerateFileSystemEntries(Downloads).Any()) Directory.Delete(Downloads);
    }

    private string[] Remove(BackendReceipt receipt)
    {
        // Where a library is in use, the system that minds refuses this step, and nothing is lost.
        string draft = NewDraft();
        Directory.Move(Path, draft);
        foreach (string file in receipt.Files.Keys) File.Delete(System.IO.Path.Combine(draft, file));
        File.Delete(BackendReceipt.PathIn(draft));
        string[] rest = [.. Directory.EnumerateFileSystemEntries(draft).Select(path => System.IO.Path.GetFileName(path))];
        if (rest.Length > 0) Directory.Move(draft, Path);
        else Directory.Delete(draft);
        return rest;
    }

    private string? Problem(BackendReceipt? receipt) => this switch
    {
        { _packages.IsEmpty: true } => NoPlatform,
        _ when receipt is null => $"It is not in '{Path}'. Install-QuantPSBackend fetches it, or takes its packages from a folder (-PackageSource).",
        _ when !receipt.IsOf(_packages) => $"What is in '{Path}' is of another version of the module. Install-QuantPSBackend -Force replaces it.",
        _ when receipt.Lacking(Path).ToArray() is { Length: > 0 } lacking =>
            $"'{Path}' lacks {string.Join(", ", lacking)}. Install-QuantPSBackend -Force installs it again.",
        _ => null,
    };

    private string NoPlatform =>
        $"There is no libtorch for {_platform}, so Install-QuantPSBackend has nothing to install: it is published for {string.Join(", ", BackendTable.Platforms)}.";

    private BackendPackage? Of(string name) => _packages.FirstOrDefault(package => package.Id.StartsWith(name, StringComparison.Ordinal));
}
