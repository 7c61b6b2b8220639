namespace QuantPS.Zoo.Download;

/// <summary>
/// Keeps several processes, and several threads of one, from doing the same at once: a file that one holds open for itself. The system lets
/// it go when a process ends in whatever way, so that none is left behind; the empty file stays.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(100);

    // ERROR_SHARING_VIOLATION and ERROR_LOCK_VIOLATION on Windows, EWOULDBLOCK on Linux and on macOS.
    private static readonly int[] _held = [32, 33, 11, 35];

    private readonly FileStream _file;

    private FileLock(FileStream file) => _file = file;

    /// <summary>Waits until nobody else has the lock, and takes it.</summary>
    /// <param name="path">The path of its file.</param>
    /// <param name="waiting">Called where another has it.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<FileLock> TakeAsync(string path, Action waiting, CancellationToken cancel)
    {
        for (bool told = false; ; told = true)
        {
            try
            {
                return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (_held.Contains(e.HResult & 0xFFFF))
            {
                if (!told) waiting();
                await Task.Delay(_interval, cancel).ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _file.Dispose();
}
