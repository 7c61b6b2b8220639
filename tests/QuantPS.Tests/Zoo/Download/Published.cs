using System.Security.Cryptography;
using QuantPS.Zoo;
using QuantPS.Zoo.Download;

namespace QuantPS.Tests.Zoo.Download;

/// <summary>A published file of weights and an empty cache: what the tests of downloads start from.</summary>
internal sealed class Published : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Published(bool hashed = true, int length = 200_000, double? sizeMB = null)
    {
        Content = RandomNumberGenerator.GetBytes(length);
        string name = hashed ? $"net-{Convert.ToHexStringLower(SHA256.HashData(Content))[..8]}.pth" : "net_0123abcd.pth";
        Weights = new("net", "V1", name, new Uri($"https://publisher.test/models/{name}")) { SizeMB = sizeMB };
        Store = new WeightsStore(_folder.At("cache"));
        File = Path.Combine(Store.Path, name);
        Directory.CreateDirectory(Store.Path);
    }

    public byte[] Content { get; }

    public PretrainedWeights Weights { get; }

    public WeightsStore Store { get; }

    /// <summary>Where the file belongs.</summary>
    public string File { get; }

    public string Partial => File + ".part";

    public string[] Files => [.. Directory.EnumerateFiles(Store.Path).Select(Path.GetFileName).Where(name => !name!.EndsWith(".lock")).Order()!];

    public static DownloadOptions Options(TestServer server) => new()
    {
        Mirror = server.Address, RetryInterval = TimeSpan.FromMilliseconds(1), MaximumRetryCount = 3, Timeout = TimeSpan.FromSeconds(20), NoProxy = true,
    };

    public Task<string> GetAsync(DownloadOptions options, IProgress<DownloadProgress>? progress = null, CancellationToken? cancel = null) =>
        Store.GetAsync(Weights, options, progress, cancel ?? TestContext.Current.CancellationToken);

    public Task<string> GetAsync(TestServer server) => GetAsync(Options(server));

    /// <summary>The download fails with this error, and nothing has the name of the file.</summary>
    public async Task<QuantPSException> FailsAsync(string errorId, DownloadOptions options)
    {
        var error = await Assert.ThrowsAsync<QuantPSException>(() => GetAsync(options));
        Assert.Equal(errorId, error.ErrorId);
        Assert.False(System.IO.File.Exists(File));
        return error;
    }

    public Task<QuantPSException> FailsAsync(string errorId, TestServer server) => FailsAsync(errorId, Options(server));

    /// <summary>The file is there, and the one that was published; nothing else is left.</summary>
    public void AssertWhole()
    {
        Assert.Equal(Content, System.IO.File.ReadAllBytes(File));
        Assert.Equal(Weights.Hash is null ? [Weights.FileName, Weights.FileName + ".sha256"] : [Weights.FileName], Files);
    }

    public void Dispose() => _folder.Dispose();
}
