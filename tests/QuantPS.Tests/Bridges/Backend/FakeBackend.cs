using System.IO.Compression;
using System.Security.Cryptography;
using QuantPS.Bridges.Backend;
using QuantPS.Tests.Zoo.Download;
using QuantPS.Zoo.Download;
using Reply = QuantPS.Tests.Zoo.Download.TestServer.Reply;

namespace QuantPS.Tests.Bridges.Backend;

/// <summary>Two small packages that are said to be the training backend, a folder to install them into, and a server that publishes them.</summary>
internal sealed class FakeBackend : IDisposable
{
    public const string Library = "libtorch.so", Assembly = "TorchSharp.dll";
    private const string Natives = "runtimes/linux-x64/native/";

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, byte[]> _contents = [];

    public FakeBackend()
    {
        BackendPackage managed = Publish("TorchSharp", "1.0.0", $"lib/net8.0/{Assembly}", Archive(($"lib/net8.0/{Assembly}", 3_000), ("lib/net45/TorchSharp.dll", 10), ("TorchSharp.nuspec", 20)));
        BackendPackage native = Publish("libtorch-cpu-linux-x64", "2.0.0", Natives,
            Archive(($"{Natives}{Library}", 200_000), ($"{Natives}libtorch_python.so", 10), ($"{Natives}deeper/x.so", 10), ("LICENSE.txt", 20))) with { Except = "^libtorch_python$" };
        Store = new BackendStore(Root, "linux-x64", [managed, native]);
    }

    public BackendStore Store { get; private set; }

    public string Root => System.IO.Path.Combine(_folder.Path, "backend");

    /// <summary>A folder with the packages in it.</summary>
    public string Source
    {
        get
        {
            foreach ((string name, byte[] content) in _contents) _folder.Write(System.IO.Path.Combine("packages", name), content);
            return System.IO.Path.Combine(_folder.Path, "packages");
        }
    }

    /// <summary>What is in the folder of the backend, less the file of the lock.</summary>
    public string[] Files => !Directory.Exists(Root) ? [] : [.. Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories)
        .Select(path => System.IO.Path.GetRelativePath(Root, path).Replace('\\', '/')).Where(path => path != ".lock").Order()];

    /// <summary>An archive of files of zeros, which shrink well.</summary>
    public static byte[] Archive(params ReadOnlySpan<(string Name, int Length)> entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, int length) in entries)
            {
                using Stream entry = archive.CreateEntry(name).Open();
                entry.Write(new byte[length]);
            }
        }
        return stream.ToArray();
    }

    public static BackendPackage Package(byte[] content, string takes = Natives, string id = "libtorch-cpu-linux-x64", string version = "2.0.0") =>
        new(id, version, content.Length, Convert.ToBase64String(SHA512.HashData(content))) { Takes = [takes] };

    /// <summary>Another version of the module, which wants another version of the same.</summary>
    public void Update() => Store = new BackendStore(Root, "linux-x64",
        [.. Store.Packages.Select(package => package.Id == "TorchSharp" ? package : Publish(package.Id, "2.1.0", package.Takes[0], Archive(($"{Natives}{Library}", 5))))]);

    /// <summary>The server of nuget.org, as far as these packages are concerned.</summary>
    public Reply Answer(TestServer.Request request) => _contents.TryGetValue(request.Target.Split('/')[^1], out byte[]? content)
        ? Reply.File(request, content) : Reply.Of(404, []);

    public Task<TorchBackend> InstallAsync(TestServer server) => InstallAsync(null, Published.Options(server));

    public Task<TorchBackend> InstallAsync(params string[] sources) => InstallAsync(sources, new DownloadOptions { Force = true });

    public async Task<TorchBackend> InstallAsync(string[]? sources, DownloadOptions options, IProgress<DownloadProgress>? progress = null)
    {
        CancellationToken cancel = TestContext.Current.CancellationToken;
        using BackendInstallation installation = await BackendInstallation.FetchAsync(Store, sources, options, progress, cancel);
        return installation.Complete(null, cancel);
    }

    public async Task<QuantPSException> FailsAsync(string errorId, Func<Task> install)
    {
        var error = await Assert.ThrowsAsync<QuantPSException>(install);
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }

    public void Dispose() => _folder.Dispose();

    private BackendPackage Publish(string id, string version, string takes, byte[] content)
    {
        BackendPackage package = Package(content, takes, id, version);
        _contents[package.FileName] = content;
        return package;
    }
}
