using System.IO.Compression;
using QuantPS.Checkpoints;

namespace QuantPS.Bridges.Backend;

/// <summary>
/// The files that are taken from a package. The archive is taken to be hostile: a name that leads anywhere but into the one folder, a link, a name
/// twice and more bytes than announced are refused before or while they are written, and nothing that is not expected is unpacked.
/// </summary>
internal sealed class PackageArchive : IDisposable
{
    private const int MaximumEntries = 10_000;
    private const long MaximumLength = 2L << 30;
    private const int PieceSize = 1 << 17;
    private const int LinkType = 0xA000, TypeMask = 0xF000;

    private readonly BackendPackage _package;
    private readonly ZipArchive _archive;
    private readonly Dictionary<string, ZipArchiveEntry> _entries = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="file">The package; it stays open.</param>
    /// <param name="package">What it is said to be.</param>
    /// <exception cref="QuantPSException"><c>BackendUnsafe</c>, <c>BackendDamaged</c>.</exception>
    public PackageArchive(Stream file, BackendPackage package)
    {
        _package = package;
        try
        {
            _archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            if (_archive.Entries.Count > MaximumEntries) throw Unsafe($"it has {_archive.Entries.Count:N0} entries");
        }
        catch (InvalidDataException e)
        {
            throw new QuantPSException("BackendDamaged", $"{package.FileName} is no package: {e.Message}", package.FileName, e);
        }
        foreach (ZipArchiveEntry entry in _archive.Entries) Consider(entry);
        foreach (string expected in package.Takes)
            if (!_archive.Entries.Any(entry => entry.FullName.StartsWith(expected, StringComparison.Ordinal)))
                throw new QuantPSException("BackendDamaged", $"{package.FileName} lacks {expected}: it is not {package}.", package.FileName);
        Length = _entries.Values.Sum(entry => entry.Length);
        if (Length > MaximumLength) throw Unsafe($"it would take {Length / 1e6:N0} MB on the disk");
    }

    /// <summary>How many bytes are unpacked.</summary>
    public long Length { get; }

    /// <summary>Unpacks the files into a folder, in which none of them is yet.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="written">Told the length of each piece.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>The names of the files, and their lengths.</returns>
    public IReadOnlyDictionary<string, long> Unpack(string folder, Action<int> written, CancellationToken cancel)
    {
        foreach ((string name, ZipArchiveEntry entry) in _entries)
        {
            try
            {
                using Stream source = entry.Open();
                using var target = new FileStream(Path.Combine(folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.None);
                Copy(entry, source, target, written, cancel);
            }
            catch (InvalidDataException e)
            {
                throw new QuantPSException("BackendDamaged", $"{entry.FullName} in {_package.FileName} cannot be unpacked: {e.Message}", _package.FileName, e);
            }
        }
        return _entries.ToDictionary(pair => pair.Key, pair => pair.Value.Length);
    }

    public void Dispose() => _archive.Dispose();

    private void Consider(ZipArchiveEntry entry)
    {
        string path = entry.FullName;
        if (path.StartsWith('/') || path.Contains('\\') || path.Contains(':') || path.Contains('\0') || path.Split('/').Any(part => part is "." or ".."))
            throw Unsafe($"'{path}' leads out of the folder");
        if (_package.TargetOf(path) is not { } name) return;
        if (!BackendPackage.IsFileName(name)) throw Unsafe($"'{path}' is no name for a library");
        if ((entry.ExternalAttributes >> 16 & TypeMask) == LinkType) throw Unsafe($"'{path}' is a link");
        if (!_entries.TryAdd(name, entry)) throw Unsafe($"'{path}' is in it twice");
    }

    private void Copy(ZipArchiveEntry entry, Stream source, FileStream target, Action<int> written, CancellationToken cancel)
    {
        byte[] piece = new byte[PieceSize];
        long left = entry.Length;
        uint checksum = 0;
        while (source.Read(piece) is > 0 and int count)
        {
            cancel.ThrowIfCancellationRequested();
            if ((left -= count) < 0) throw Unsafe($"'{entry.FullName}' is longer than announced");
            checksum = Crc32.Compute(piece.AsSpan(0, count), checksum);
            target.Write(piece, 0, count);
            written(count);
        }
        if (left > 0) throw new InvalidDataException($"{left:N0} bytes are missing.");
        // The archive reader stops at the length that is announced, even where more follows.
        if (checksum != entry.Crc32) throw new InvalidDataException("Its checksum is another.");
    }

    private QuantPSException Unsafe(string reason) => new("BackendUnsafe",
        $"{_package.FileName} is refused, and nothing of it is kept: {reason}. Get the package from nuget.org.", _package.FileName);
}
