using System.Security.Cryptography;
using QuantPS.Bridges;

namespace QuantPS.Zoo;

/// <summary>The folder that files of trained weights lie in.</summary>
/// <param name="path">The folder; null for <see cref="DefaultPath"/>.</param>
public sealed class WeightsStore(string? path = null)
{
    /// <summary>The environment variable that names the folder.</summary>
    public const string EnvironmentVariable = "QUANTPS_CACHE";

    /// <summary>The folder that the environment variable names, else one among the user's data.</summary>
    public static string DefaultPath => Environment.GetEnvironmentVariable(EnvironmentVariable) is { Length: > 0 } named ? named
        : System.IO.Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "QuantPS", "weights");

    /// <summary>The folder.</summary>
    public string Path { get; } = path ?? DefaultPath;

    /// <summary>Whether the file of some weights is there.</summary>
    public bool Has(PretrainedWeights weights) => File.Exists(PathOf(weights));

    /// <summary>Where the file of some weights lies, or belongs: a file that comes with the module in its folder <c>Data</c>.</summary>
    public string PathOf(PretrainedWeights weights) => weights.Url is null
        ? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(System.IO.Path.TrimEndingDirectorySeparator(Bridge.Root))!, "Data", weights.FileName)
        : System.IO.Path.Combine(Path, weights.FileName);

    /// <summary>The file of some weights, after its hash was compared with its name.</summary>
    /// <exception cref="QuantPSException">
    /// <c>WeightsNotAtHand</c>: it is not there; the message says what to download and where to put it. <c>WeightsDamaged</c>: it is not the
    /// file that was published.
    /// </exception>
    public string Find(PretrainedWeights weights)
    {
        string file = PathOf(weights);
        if (!File.Exists(file)) throw new QuantPSException("WeightsNotAtHand", NotAtHand(weights, file), file);
        if (weights.Url is null) return file;
        using FileStream stream = File.OpenRead(file);
        string hash = Convert.ToHexStringLower(SHA256.HashData(stream));
        return hash.StartsWith(weights.Hash, StringComparison.Ordinal) ? file : throw new QuantPSException("WeightsDamaged",
            $"'{file}' is not the file that was published: its SHA-256 starts with {hash[..weights.Hash.Length]}, not {weights.Hash}. Download {weights.Url} again.", file);
    }

    private string NotAtHand(PretrainedWeights weights, string file) => weights.Url is null
        ? $"'{file}' comes with the module and is not there. Install the module again, or build it."
        : $"The weights {weights.Weights} of {weights.Name} are not on this machine. Download {weights.Url} and put it into '{Path}', " +
          "or name the file with -WeightsPath. For random weights add -Untrained.";
}
