using System.Net;
using System.Net.Http.Headers;
using System.Security.Authentication;

namespace QuantPS.Zoo.Download;

/// <summary>Sends requests through the proxy that is asked for, and follows redirections where they are safe.</summary>
internal sealed class Transport : IDisposable
{
    private const int MaximumRedirection = 5;

    private readonly HttpClient _client;
    private bool _connected;

    public Transport(DownloadOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = !options.NoProxy,
            ConnectTimeout = options.Timeout,
            DefaultProxyCredentials = options.ProxyCredentials,
        };
        if (options.Proxy is { } proxy) handler.Proxy = new WebProxy(proxy) { Credentials = options.ProxyCredentials };
        _client = new HttpClient(handler) { Timeout = System.Threading.Timeout.InfiniteTimeSpan };
        _client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("QuantPS", typeof(Transport).Assembly.GetName().Version!.ToString(3)));
    }

    /// <summary>Whether an address may be downloaded from: over TLS, or from this machine.</summary>
    public static bool IsSafe(Uri address) => address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);

    /// <summary>Asks for a file, or for what follows its first bytes.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="from">How many bytes are there already.</param>
    /// <param name="validator">What tells whether they are of the file that the server has now; null where nothing is there, or a hash will tell.</param>
    /// <param name="cancel">Ends the request.</param>
    /// <returns>The answer, without its body, whatever its status.</returns>
    public async Task<HttpResponseMessage> GetAsync(Uri address, long from, RangeConditionHeaderValue? validator, CancellationToken cancel)
    {
        for (int redirections = 0; ; redirections++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            if (from > 0) request.Headers.Range = new RangeHeaderValue(from, null);
            request.Headers.IfRange = validator;
            HttpResponseMessage response = await SendAsync(request, cancel).ConfigureAwait(false);
            if (!IsRedirection(response.StatusCode) || response.Headers.Location is not { } location) return response;
            response.Dispose();
            var next = new Uri(address, location);
            if (!IsSafe(next) || (next.Scheme == Uri.UriSchemeHttp && address.Scheme == Uri.UriSchemeHttps))
                throw new DownloadException($"the server redirects to {next}, which is not safe", isTransient: false);
            if (redirections == MaximumRedirection)
                throw new DownloadException($"the server redirects more than {MaximumRedirection} times, at last to {next}", isTransient: false);
            address = next;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
    {
        try
        {
            HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancel).ConfigureAwait(false);
            _connected = true;
            return response;
        }
        catch (HttpRequestException e)
        {
            throw new DownloadException(Innermost(e), IsTransient(e), e);
        }
    }

    // A name that is not known will not be after a second: most often there is no network. Once it was known, the network may come back.
    private bool IsTransient(HttpRequestException error) => error.HttpRequestError switch
    {
        HttpRequestError.NameResolutionError => _connected,
        HttpRequestError.SecureConnectionError => error.InnerException is not AuthenticationException,
        HttpRequestError.ProxyTunnelError or HttpRequestError.UserAuthenticationError => false,
        _ => true,
    };

    private static bool IsRedirection(HttpStatusCode status) => status is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
        or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;

    private static string Innermost(Exception error) => error.GetBaseException().Message.TrimEnd('.');
}
