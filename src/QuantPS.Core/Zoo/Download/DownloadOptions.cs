using System.Net;

namespace QuantPS.Zoo.Download;

/// <summary>How published weights are downloaded.</summary>
public sealed record DownloadOptions
{
    /// <summary>The environment variable that names a mirror.</summary>
    public const string MirrorVariable = "QUANTPS_MIRROR";

    /// <summary>
    /// The address to download from in place of the publisher's: the path that a file has there is appended to it. Null for the address that
    /// <see cref="MirrorVariable"/> names, else the publisher's.
    /// </summary>
    public Uri? Mirror { get; init; }

    /// <summary>The proxy; null for that of the system.</summary>
    public Uri? Proxy { get; init; }

    /// <summary>Who to be for the proxy; null for nobody.</summary>
    public ICredentials? ProxyCredentials { get; init; }

    /// <summary>Whether to go without a proxy, whatever the system says.</summary>
    public bool NoProxy { get; init; }

    /// <summary>How often to try again after a transient failure; a part that was received is not asked for again.</summary>
    public int MaximumRetryCount { get; init; } = 5;

    /// <summary>How long to wait before the first further attempt; twice as long before each that follows.</summary>
    public TimeSpan RetryInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long to wait for a connection, for an answer and for each piece of it.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether to download what is there already.</summary>
    public bool Force { get; init; }

    /// <summary>Whether to take a file whose hash or length is not that of the published one.</summary>
    public bool SkipHashCheck { get; init; }

    /// <summary>Where a file that is published at an address is downloaded from.</summary>
    /// <exception cref="QuantPSException"><c>MirrorUnusable</c>: the mirror is not an https address, nor an http one of this machine.</exception>
    public Uri Resolve(Uri published)
    {
        string? mirror = Mirror?.OriginalString ?? Environment.GetEnvironmentVariable(MirrorVariable);
        if (string.IsNullOrEmpty(mirror)) return published;
        return Uri.TryCreate(mirror, UriKind.Absolute, out Uri? address) && Transport.IsSafe(address)
            ? new Uri(address.GetLeftPart(UriPartial.Path).TrimEnd('/') + published.AbsolutePath)
            : throw new QuantPSException("MirrorUnusable",
                $"'{mirror}' cannot be a mirror: it is no address that starts with https://, nor with http:// and this machine (127.0.0.1). " +
                $"Mend -Mirror or the environment variable {MirrorVariable}.", mirror);
    }
}
