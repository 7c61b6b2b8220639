using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using QuantPS.Zoo.Download;
using Reply = QuantPS.Tests.Zoo.Download.TestServer.Reply;

namespace QuantPS.Tests.Zoo.Download;

public sealed class TransportTests
{
    [Theory]
    [InlineData("/elsewhere/net.pth")]
    [InlineData("elsewhere/net.pth")]
    public async Task A_redirection_is_followed_with_its_range(string to)
    {
        using Published published = new();
        using TestServer server = new(request => !request.Target.Contains("elsewhere") ? Reply.Redirect(to)
            : request.Number == 1 ? Reply.File(request, published.Content).CutAt(70_000) : Reply.File(request, published.Content));

        await published.GetAsync(server);

        Assert.Equal([null, null, 70_000, 70_000], server.Requests.Select(request => request.From));
        published.AssertWhole();
    }

    [Fact]
    public async Task A_circle_of_redirections_ends()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.Redirect($"/{request.Number}"));

        QuantPSException error = await published.FailsAsync("WeightsNotAtHand", server);

        Assert.Equal(6, server.Requests.Count);
        Assert.Contains("more than 5 times", error.Message);
    }

    [Theory]
    [InlineData("http://publisher.test/net.pth")]
    [InlineData("ftp://127.0.0.1/net.pth")]
    [InlineData("file:///etc/passwd")]
    public async Task A_redirection_to_what_is_not_safe_is_not_followed(string to)
    {
        using Published published = new();
        using TestServer server = new(_ => Reply.Redirect(to));

        QuantPSException error = await published.FailsAsync("WeightsNotAtHand", server);

        Assert.Contains(to, error.Message);
        Assert.Single(server.Requests);
    }

    [Theory]
    [InlineData("https://mirror.test/", true)]
    [InlineData("http://127.0.0.1:80/", true)]
    [InlineData("http://localhost/", true)]
    [InlineData("http://mirror.test/", false)]
    [InlineData("file:///tmp/", false)]
    public void Only_TLS_or_this_machine_is_safe(string address, bool isSafe) => Assert.Equal(isSafe, Transport.IsSafe(new Uri(address)));

    [Theory]
    [InlineData("https://mirror.test", "https://mirror.test/models/quantized/net.pth")]
    [InlineData("https://mirror.test/pytorch/", "https://mirror.test/pytorch/models/quantized/net.pth")]
    public void A_mirror_has_the_paths_of_the_publisher(string mirror, string address) => Assert.Equal(
        address, new DownloadOptions { Mirror = new Uri(mirror) }.Resolve(new Uri("https://publisher.test/models/quantized/net.pth")).ToString());

    [Theory]
    [InlineData("http://mirror.test/")]
    [InlineData("mirror.test")]
    public void A_mirror_that_is_not_safe_is_refused(string mirror)
    {
        var options = new DownloadOptions { Mirror = new Uri(mirror, UriKind.RelativeOrAbsolute) };

        Assert.Equal("MirrorUnusable", Assert.Throws<QuantPSException>(() => options.Resolve(new Uri("https://publisher.test/net.pth"))).ErrorId);
    }

    [Fact]
    public async Task A_server_whose_certificate_nobody_vouches_for_is_not_asked()
    {
        using Published published = new();
        using var key = ECDsa.Create();
        using X509Certificate2 certificate = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        using TestServer server = new(request => Reply.File(request, published.Content), certificate);

        QuantPSException error = await published.FailsAsync("WeightsNotAtHand", server);

        Assert.Contains("certificate", error.Message);
        Assert.Equal(1, server.Connections);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_proxy_is_asked_in_the_name_that_is_given()
    {
        using Published published = new();
        using TestServer proxy = new(request => request.Headers.ContainsKey("Proxy-Authorization")
            ? Reply.File(request, published.Content)
            : Reply.Of(407, [], "Proxy-Authenticate: Basic realm=\"test\""));

        await published.GetAsync(new DownloadOptions
        {
            Mirror = new Uri("http://127.0.0.1:9/"), Proxy = proxy.Address, ProxyCredentials = new NetworkCredential("me", "secret"), MaximumRetryCount = 0,
        });

        Assert.Equal($"http://127.0.0.1:9/models/{published.Weights.FileName}", proxy.Requests[^1].Target);
        Assert.Equal($"Basic {Convert.ToBase64String(Encoding.ASCII.GetBytes("me:secret"))}", proxy.Requests[^1].Headers["Proxy-Authorization"]);
        published.AssertWhole();
    }
}
