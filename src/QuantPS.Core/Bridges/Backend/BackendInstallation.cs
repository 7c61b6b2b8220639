using System.Collections.Immutable;
using System.Security.Cryptography;
using QuantPS.Zoo.Download;

namespace QuantPS.Bridges.Backend;

/// <summary>
/// An installation of the training backend under way: its packages, whose SHA-512 was compared, held open. What is unpacked lies in a folder beside the
/// final one and takes its name in one step; where anything fails before, that folder is removed.
/// </summary>
public sealed class BackendInstallation : IDisposable
{
    private readonly BackendStore _store;
    private readonly FileLock _alone;
    private readonly List<(BackendPackage Package, FileStream File)> _files = [];

    private BackendInstallation(BackendStore store, FileLock alone) => (_store, _alone) = (store, alone);

    /// <summary>Fetches the packages: from files at hand, or over the network, where what an earlier call received is not asked for again.</summary>
    /// <param name="store">Where to install.</param>
    /// <param name="sources">Packages and folders of packages at hand; null to download.</param>
    /// <param name="options">How to download, and whether to install what is there already.</param>
    /// <param name="progress">Told how far all downloads together are, from another thread.</param>
    /// <param name="cancel">Ends it. What arrived is kept for the next call.</param>
    /// <exception cref="QuantPSException">
    /// <c>BackendUnsupported</c>: there is none for this platform. <c>BackendNotAtHand</c>: a package cannot be had. <c>BackendDamaged</c>: its SHA-512 is
    /// not the one that the module knows. <c>BackendUnwritable</c>: the folder cannot be written to.
    /// </exception>
    public static async Task<BackendInstallation> FetchAsync(
        BackendStore store, IReadOnlyList<string>? sources, DownloadOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        store.RequirePlatform();
        BackendInstallation? installation = null;
        try
        {
            Directory.CreateDirectory(store.Root);
            FileLock alone = await FileLock.TakeAsync(store.LockPath,
                () => progress?.Report(new DownloadProgress(0, 0, null, "another process installs it")), cancel).ConfigureAwait(false);
            installation = new BackendInstallation(store, alone);
            // Another process may have installed it meanwhile.
            if (!options.Force && store.Inspect().IsInstalled) return installation;
            var total = new TotalProgress(progress, store.Packages.Sum(package => package.Length));
            foreach (BackendPackage package in store.Packages)
            {
                string path = sources is null
                    ? await DownloadAsync(store, package, options, total, cancel).ConfigureAwait(false)
                    : Find(package, sources);
                installation._files.Add((package, await OpenAsync(package, path, cancel).ConfigureAwait(false)));
                total.Next(package.Length);
            }
            return installation;
        }
        catch (Exception e)
        {
            installation?.Dispose();
            if (e is IOException or UnauthorizedAccessException) throw store.Unwritable(e);
            throw;
        }
    }

    /// <summary>Unpacks the packages, and puts the libraries in the place of those that are there. Does nothing where nothing was fetched.</summary>
    /// <param name="progress">Told how many bytes are written, and of how many.</param>
    /// <param name="cancel">Ends it; nothing of it stays.</param>
    /// <exception cref="QuantPSException"><c>BackendUnsafe</c>, <c>BackendDamaged</c>: a package is not what it should be. <c>BackendUnwritable</c>.</exception>
    public TorchBackend Complete(Action<long, long>? progress, CancellationToken cancel)
    {
        if (_files.Count == 0) return _store.Inspect();
        string draft = _store.NewDraft();
        try
        {
            Directory.CreateDirectory(draft);
            ImmutableSortedDictionary<string, long> files = Unpack(draft, progress, cancel);
            new BackendReceipt(_files.ToImmutableSortedDictionary(file => file.Package.ToString(), file => file.Package.Sha512), files).Write(draft);
            // Where a library is in use, the system that minds refuses this step, and what is there stays.
            if (Directory.Exists(_store.Path)) Directory.Move(_store.Path, _store.NewDraft());
            Directory.Move(draft, _store.Path);
            Close();
            _store.Tidy();
            return _store.Inspect();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw _store.Unwritable(e);
        }
        finally
        {
            if (Directory.Exists(draft)) Directory.Delete(draft, recursive: true);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Close();
        _alone.Dispose();
        _store.DeleteIfEmpty();
    }

    private ImmutableSortedDictionary<string, long> Unpack(string draft, Action<long, long>? progress, CancellationToken cancel)
    {
        List<PackageArchive> archives = [];
        try
        {
            foreach ((BackendPackage package, FileStream file) in _files) archives.Add(new PackageArchive(file, package));
            long done = 0, total = archives.Sum(archive => archive.Length);
            return archives.SelectMany(archive => archive.Unpack(draft, count => progress?.Invoke(done += count, total), cancel)).ToImmutableSortedDictionary();
        }
        finally
        {
            archives.ForEach(archive => archive.Dispose());
        }
    }

    private void Close()
    {
        _files.ForEach(file => file.File.Dispose());
        _files.Clear();
    }

    private static async Task<string> DownloadAsync(
        BackendStore store, BackendPackage package, DownloadOptions options, IProgress<DownloadProgress> progress, CancellationToken cancel)
    {
        string path = Path.Combine(Directory.CreateDirectory(store.Downloads).FullName, package.FileName);
        if (File.Exists(path)) return path;
        Uri address = options.Resolve(package.Url);
        var download = new FileDownload(address, new PartialFile(path, isPinned: true), options, package.Length, progress);
        try
        {
            await download.RunAsync(async arrived => (await OpenAsync(package, arrived, cancel).ConfigureAwait(false)).Dispose(), cancel).ConfigureAwait(false);
            return path;
        }
        catch (DownloadException e)
        {
            throw new QuantPSException("BackendNotAtHand",
                $"{address} cannot be downloaded: {e.Message}. What arrived is kept for the next call. -Proxy and -Mirror name another way to it; or download " +
                $"{string.Join(", ", store.Packages.Select(other => other.Url))} in another way, and name their folder with -PackageSource.", package.FileName, e);
        }
    }

    // A folder has a package in it, or as NuGet's own folders do in folders of its name and its version.
    private static string Find(BackendPackage package, IReadOnlyList<string> sources) =>
        sources.SelectMany(source => File.Exists(source) && Path.GetFileName(source).Equals(package.FileName, StringComparison.OrdinalIgnoreCase) ? [source] : (string[])
            [Path.Combine(source, package.FileName), Path.Combine(source, package.Id.ToLowerInvariant(), package.Version, package.FileName)])
        .FirstOrDefault(File.Exists) ?? throw new QuantPSException("BackendNotAtHand",
            $"{package.FileName} is not in {string.Join(", ", sources.Select(source => $"'{source}'"))}. Get it from {package.Url}.", package.FileName);

    private static async Task<FileStream> OpenAsync(BackendPackage package, string path, CancellationToken cancel)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        try
        {
            string hash = file.Length == package.Length ? Convert.ToBase64String(await SHA512.HashDataAsync(file, cancel).ConfigureAwait(false)) : "";
            if (hash != package.Sha512)
                throw new QuantPSException("BackendDamaged",
                    $"'{path}' is not the file of {package} that nuget.org publishes: {(hash.Length > 0 ? $"its SHA-512 is {hash}, not {package.Sha512}" : $"it has {file.Length:N0} bytes, not {package.Length:N0}")}. " +
                    $"Get it from {package.Url}.", path);
            file.Position = 0;
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    // Of each file it is told how far that one is; it tells how far all together are.
    private sealed class TotalProgress(IProgress<DownloadProgress>? progress, long total) : IProgress<DownloadProgress>
    {
        private long _before, _resumed, _resumedNow;

        public void Report(DownloadProgress value)
        {
            _resumedNow = value.Resumed;
            progress?.Report(value with { Received = _before + value.Received, Resumed = _resumed + value.Resumed, Total = total });
        }

        public void Next(long length) => (_before, _resumed, _resumedNow) = (_before + length, _resumed + _resumedNow, 0);
    }
}
