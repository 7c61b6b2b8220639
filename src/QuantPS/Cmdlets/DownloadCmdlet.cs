using System.Management.Automation;
using System.Net;
using QuantPS.Zoo.Download;

namespace QuantPS.Commands;

/// <summary>The base of cmdlets that download published files.</summary>
public abstract class DownloadCmdlet : QuantPSCmdlet
{
    /// <summary>The name of the parameter set that downloads.</summary>
    protected const string DownloadSet = "Download";

    /// <summary>
    /// The address of a mirror to download from: https, or http on this machine. The path that a file has at its publisher is appended to it.
    /// When not given, that of the environment variable QUANTPS_MIRROR, else the publisher's.
    /// </summary>
    [Parameter(ParameterSetName = DownloadSet)]
    [ValidateNotNull]
    public Uri? Mirror { get; set; }

    /// <summary>The proxy to download through; when not given, that of the system.</summary>
    [Parameter(ParameterSetName = DownloadSet)]
    [ValidateNotNull]
    public Uri? Proxy { get; set; }

    /// <summary>Your name and password for the proxy.</summary>
    [Parameter(ParameterSetName = DownloadSet)]
    [Credential]
    public PSCredential? ProxyCredential { get; set; }

    /// <summary>Signs in to the proxy as the user that you are on this machine.</summary>
    [Parameter(ParameterSetName = DownloadSet)]
    public SwitchParameter ProxyUseDefaultCredentials { get; set; }

    /// <summary>Downloads without a proxy, whatever the system says.</summary>
    [Parameter(ParameterSetName = DownloadSet)]
    public SwitchParameter NoProxy { get; set; }

    /// <summary>How often a download is tried again after a failure that may pass; what arrived is not asked for again.</summary>
    [Parameter(ParameterSetName = DownloadSet)]
    [ValidateRange(0, int.MaxValue)]
    public int MaximumRetryCount { get; set; } = 5;

    /// <summary>How many seconds to wait before the first further attempt; twice as many before each that follows.</summary>
    [Parameter(ParameterSetName = DownloadSet)]
    [ValidateRange(1, int.MaxValue)]
    public int RetryIntervalSec { get; set; } = 1;

    /// <summary>How the parameters say to download.</summary>
    protected DownloadOptions NetworkOptions => new()
    {
        Mirror = Mirror,
        Proxy = Proxy,
        ProxyCredentials = ProxyCredential?.GetNetworkCredential() ?? (ProxyUseDefaultCredentials ? CredentialCache.DefaultCredentials : null),
        NoProxy = NoProxy,
        MaximumRetryCount = MaximumRetryCount,
        RetryInterval = TimeSpan.FromSeconds(RetryIntervalSec),
    };
}
