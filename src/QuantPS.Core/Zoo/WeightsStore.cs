using QuantPS.Zoo.Download;

namespace QuantPS.Zoo;

/// <summary>The folder that files of trained weights lie in, and are downloaded to. Several processes may share it.</summary>
/// <param name="path">The folder; null for <see cref="DefaultPath"/>.</param>
public sealed class WeightsStore(string? path = null)
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string EnvironmentVariable = "QUANTPS_CACHE";

    // What is taken at most where no length is published, in megabytes; else half as much again as is published.
    private const double LongestMB = 2000;

    /// <summary>The folder that the environment variable names, else one among the user's data.</summary>
    public static string DefaultPath => Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named ? named
        : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "QuantPS", "weights");

    /// <summary>The folder.</summary>
    public string Path { get; } = path ?? DefaultPath;

    /// <summary>Whether the file of some weights is there, under its name or its older one.</summary>
    public bool Has(PretrainedWeights weights) => File.Exists(PathOf(weights));

    /// <summary>
    /// Where the file of some weights lies, or belongs: a file that comes with the module in its folder <c>Data</c>, one that was
    /// published under an older name under that where it is there and no newer one.
    /// </summary>
    public string PathOf(PretrainedWeights weights)
    {
        if (weights.Url is null) return ModuleData.PathOf(weights.FileName);
        string file = System.IO.Path.Combine(Path, weights.FileName);
        return weights.OlderFileName is { } older && !File.Exists(file) && System.IO.Path.Combine(Path, older) is var other && File.Exists(other) ? other : file;
    }

    /// <summary>
    /// The path of the file of some weights, which is downloaded where it is not there, and whose hash is compared before it has its name:
    /// with the start that its name carries, else with that of the first download or use. A file that is there needs no network.
    /// </summary>
    /// <param name="weights">The weights.</param>
    /// <param name="options">How to download; the defaults when null.</param>
    /// <param name="progress">Told how far a download is, from another thread.</param>
    /// <param name="cancel">Ends a download; what arrived is kept, and the next call gets the rest.</param>
    /// <exception cref="QuantPSException">
    /// <c>WeightsNotAtHand</c>: it is not there and cannot be downloaded; the message says why, what to download and where to put it.
    /// <c>WeightsDamaged</c>: it is not the file that was published. <c>CacheUnwritable</c>: the folder cannot be written to.
    /// <c>MirrorUnusable</c>: the mirror is no address to download from.
    /// </exception>
    public async Task<string> GetAsync(
        PretrainedWeights weights, DownloadOptions? options = null, IProgress<DownloadProgress>? progress = null, CancellationToken cancel = default)
    {
        options ??= new DownloadOptions();
        if (weights.Url is null) return Has(weights) ? PathOf(weights) : throw NotShipped(PathOf(weights));
        if (Has(weights) && !options.Force) return await TakeAsync(weights, options, cancel).ConfigureAwait(false);
        Uri address = options.Resolve(weights.Url);
        string file = System.IO.Path.Combine(Path, weights.FileName);
        try
        {
            Directory.CreateDirectory(Path);
            using FileLock alone = await FileLock.TakeAsync(file + ".lock",
                () => progress?.Report(new DownloadProgress(0, 0, null, "another process downloads the same")), cancel).ConfigureAwait(false);
            if (Has(weights) && !options.Force) return await TakeAsync(weights, options, cancel).ConfigureAwait(false);
            await DownloadAsync(weights, address, file, options, progress, cancel).ConfigureAwait(false);
            return file;
        }
        catch (DownloadException e)
        {
            throw NotAtHand(weights, address, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new QuantPSException("CacheUnwritable",
                $"'{Path}' cannot take {weights.FileName}: {e.Message} Make room or make it writable, or name another folder with -CachePath or the " +
                $"environment variable {EnvironmentVariable}.", Path, e);
        }
    }

    /// <summary>Compares a file with what is known of the weights that it is said to hold.</summary>
    /// <param name="weights">The weights.</param>
    /// <param name="file">Its path. What has no hash in its name is compared with the record beside it, and recorded where there is none.</param>
    /// <param name="cancel">Ends the comparison.</param>
    /// <exception cref="QuantPSException"><c>WeightsDamaged</c>: it is not the file that was published, or that was recorded.</exception>
    public static async Task VerifyAsync(PretrainedWeights weights, string file, CancellationToken cancel = default)
    {
        string hash = await FileHash.OfAsync(file, cancel).ConfigureAwait(false);
        if (weights.Hash is { } start && System.IO.Path.GetFileName(file) == weights.FileName) Compare(weights, file, hash, start);
        else if (FileHash.Recorded(file) is { } recorded) Compare(weights, file, hash, recorded);
        else TryRecord(file, hash);
    }

    private async Task<string> TakeAsync(PretrainedWeights weights, DownloadOptions options, CancellationToken cancel)
    {
        string file = PathOf(weights);
        if (!options.SkipHashCheck) await VerifyAsync(weights, file, cancel).ConfigureAwait(false);
        return file;
    }

    private static async Task DownloadAsync(
        PretrainedWeights weights, Uri address, string file, DownloadOptions options, IProgress<DownloadProgress>? progress, CancellationToken cancel)
    {
        var partial = new PartialFile(file);
        var download = new FileDownload(address, partial, options, (long)(1e6 * (1.5 * weights.SizeMB ?? LongestMB)), progress);
        await download.RunAsync(downloaded => CheckAsync(weights, downloaded, file, options, cancel), cancel).ConfigureAwait(false);
    }

    private static async Task CheckAsync(PretrainedWeights weights, string downloaded, string file, DownloadOptions options, CancellationToken cancel)
    {
        string hash = await FileHash.OfAsync(downloaded, cancel).ConfigureAwait(false);
        if (!options.SkipHashCheck)
        {
            if (weights.Hash is { } start) Compare(weights, file, hash, start);
            else if (FileHash.Recorded(file) is { } recorded) Compare(weights, file, hash, recorded);
            else CompareLength(weights, file, new FileInfo(downloaded).Length / 1e6);
        }
        if (weights.Hash is null) FileHash.Record(file, hash);
    }

    private static void Compare(PretrainedWeights weights, string file, string hash, string expected)
    {
        if (hash.StartsWith(expected, StringComparison.Ordinal)) return;
        throw new QuantPSException("WeightsDamaged",
            $"'{file}' is not the file that was {(weights.Hash == expected ? "published" : "recorded at its first use")}: its SHA-256 starts with " +
            $"{hash[..8]}, not {expected[..8]}. {Remedy(weights)}", file);
    }

    private static void CompareLength(PretrainedWeights weights, string file, double megabytes)
    {
        if (weights.SizeMB is not { } published || Math.Abs(megabytes - published) <= 0.01 * published) return;
        throw new QuantPSException("WeightsDamaged",
            $"What came for '{file}' is not the file that was published: it is {megabytes:0.###} MB long, not {published:0.###} MB. {Remedy(weights)}", file);
    }

    private static string Remedy(PretrainedWeights weights) =>
        $"-Force downloads {weights.Url} again; -SkipHashCheck takes the file as it is.";

    // A folder that is only read serves all the same.
    private static void TryRecord(string file, string hash)
    {
        try
        {
            FileHash.Record(file, hash);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static QuantPSException NotShipped(string file) =>
        new("WeightsNotAtHand", $"'{file}' comes with the module and is not there. Install the module again, or build it.", file);

    private QuantPSException NotAtHand(PretrainedWeights weights, Uri address, DownloadException reason) => new("WeightsNotAtHand",
        $"The weights {weights.Weights} of {weights.Name} are not in '{Path}', and {address} cannot be downloaded: {reason.Message}. Download it in " +
        "another way and put it into that folder, or name the file with -WeightsPath; -Proxy and -Mirror name another way to it. For random " +
        "weights add -Untrained.", System.IO.Path.Combine(Path, weights.FileName), reason);
}
