using QuantPS.Bridges.Backend;
using QuantPS.Tests.Zoo.Download;
using QuantPS.Zoo.Download;
using Reply = QuantPS.Tests.Zoo.Download.TestServer.Reply;

namespace QuantPS.Tests.Bridges.Backend;

public sealed class InstallationTests : IDisposable
{
    private const string Folder = "TorchSharp-1.0.0-linux-x64";
    private static readonly string[] Installed = [$"{Folder}/QuantPS.Backend.json", $"{Folder}/TorchSharp.dll", $"{Folder}/libtorch.so"];

    private readonly FakeBackend _backend = new();

    public void Dispose() => _backend.Dispose();

    [Fact]
    public async Task Packages_of_a_folder_are_installed_and_what_is_not_expected_is_left_out()
    {
        Assert.False(_backend.Store.Inspect().IsInstalled);

        TorchBackend backend = await _backend.InstallAsync(_backend.Source);

        Assert.Equal(new TorchBackend("1.0.0", "2.0.0", "linux-x64", _backend.Store.Path, true, 0.203, null), backend);
        Assert.Equal(backend, _backend.Store.Inspect());
        Assert.Equal(Installed.Order(), _backend.Files);
    }

    [Fact]
    public async Task Packages_are_found_as_files_and_in_the_folders_of_NuGet()
    {
        string[] files = Directory.GetFiles(_backend.Source);
        Assert.True((await _backend.InstallAsync(files)).IsInstalled);

        using TemporaryFolder nuget = new();
        foreach (BackendPackage package in _backend.Store.Packages)
            File.Copy(Path.Combine(_backend.Source, package.FileName), nuget.At(package.Id.ToLowerInvariant(), package.Version, package.FileName));
        Assert.True((await _backend.InstallAsync(nuget.Path)).IsInstalled);
    }

    [Fact]
    public async Task Packages_are_downloaded_and_a_download_that_breaks_off_is_resumed_by_the_next_call()
    {
        using TestServer server = new(request => request.Number == 1 ? _backend.Answer(request).CutAt(100) : WithoutTag(_backend.Answer(request with
        {
            // This server does not say which file it has: the hash alone tells whether the rest belongs to the start.
            Headers = request.From is null ? request.Headers : new Dictionary<string, string>(request.Headers) { ["If-Range"] = "\"1\"" },
        })));
        List<DownloadProgress> progress = [];

        await _backend.FailsAsync("BackendNotAtHand", () => _backend.InstallAsync(null, Published.Options(server) with { MaximumRetryCount = 0 }));
        Assert.Equal(["downloads/libtorch-cpu-linux-x64.2.0.0.nupkg.part", "downloads/libtorch-cpu-linux-x64.2.0.0.nupkg.part.etag", "downloads/torchsharp.1.0.0.nupkg"], _backend.Files);
        File.Delete(Path.Combine(_backend.Root, "downloads", "libtorch-cpu-linux-x64.2.0.0.nupkg.part.etag"));
        await _backend.InstallAsync(null, Published.Options(server), new Progress(progress.Add));

        Assert.Equal(["/v3-flatcontainer/torchsharp/1.0.0/torchsharp.1.0.0.nupkg", .. Enumerable.Repeat("/v3-flatcontainer/libtorch-cpu-linux-x64/2.0.0/libtorch-cpu-linux-x64.2.0.0.nupkg", 2)],
            server.Requests.Select(request => request.Target));
        Assert.Equal([null, null, 100], server.Requests.Select(request => request.From));
        long total = _backend.Store.Packages.Sum(package => package.Length), before = _backend.Store.Packages[0].Length;
        Assert.Equal(new DownloadProgress(before + 100, 100, total), progress[0]);
        Assert.Equal(new DownloadProgress(total, 100, total), progress[^1]);
        Assert.Equal(Installed.Order(), _backend.Files);
    }

    [Fact]
    public async Task A_package_that_is_another_than_the_published_one_is_refused_and_nothing_is_left()
    {
        string file = Path.Combine(_backend.Source, _backend.Store.Packages[1].FileName);
        byte[] content = File.ReadAllBytes(file);
        content[40] ^= 1;
        File.WriteAllBytes(file, content);

        QuantPSException error = await _backend.FailsAsync("BackendDamaged", () => _backend.InstallAsync(Path.GetDirectoryName(file)!));
        Assert.Contains(_backend.Store.Packages[1].Sha512, error.Message);
        Assert.Contains(file, error.Message);

        using TestServer server = new(request => request.Target.Contains("libtorch") ? Reply.File(request, content) : _backend.Answer(request));
        await _backend.FailsAsync("BackendDamaged", () => _backend.InstallAsync(server));
        Assert.Equal(["downloads/torchsharp.1.0.0.nupkg"], _backend.Files);
    }

    [Fact]
    public async Task A_server_that_sends_more_than_the_package_is_not_listened_to()
    {
        using TestServer server = new(request => Reply.Of(200, new byte[100_000]));

        QuantPSException error = await _backend.FailsAsync("BackendNotAtHand", () => _backend.InstallAsync(server));

        Assert.Contains("longer", error.Message);
        Assert.Single(server.Requests);
        Assert.Empty(_backend.Files);
    }

    [Fact]
    public async Task A_package_that_is_nowhere_is_an_error_that_says_where_it_is_published()
    {
        QuantPSException error = await _backend.FailsAsync("BackendNotAtHand", () => _backend.InstallAsync(Path.GetTempPath()));
        Assert.Contains("https://api.nuget.org/v3-flatcontainer/torchsharp/1.0.0/torchsharp.1.0.0.nupkg", error.Message);
        Assert.False(Directory.Exists(_backend.Root));

        using TestServer server = new(_ => Reply.Of(404, []));
        error = await _backend.FailsAsync("BackendNotAtHand", () => _backend.InstallAsync(server));
        Assert.Contains("404", error.Message);
        Assert.Contains("-PackageSource", error.Message);
    }

    [Fact]
    public async Task A_platform_without_libtorch_is_an_error_that_names_those_that_have_it()
    {
        var store = new BackendStore(_backend.Root, "linux-s390x", []);

        QuantPSException error = await _backend.FailsAsync("BackendUnsupported", () => BackendInstallation.FetchAsync(store, null, new(), null, default));

        Assert.Contains("linux-x64, osx-arm64, win-x64", error.Message);
        Assert.Equal(error.Message, store.Inspect().Problem);
    }

    [Fact]
    public async Task What_was_stopped_leaves_nothing_and_what_was_there_before_stays()
    {
        await _backend.InstallAsync(_backend.Source);
        string library = Path.Combine(_backend.Store.Path, FakeBackend.Library);
        DateTime before = File.GetLastWriteTimeUtc(library);
        using var cancel = new CancellationTokenSource();
        using (BackendInstallation installation = await BackendInstallation.FetchAsync(_backend.Store, [_backend.Source], new() { Force = true }, null, cancel.Token))
            Assert.ThrowsAny<OperationCanceledException>(() => installation.Complete((_, _) => cancel.Cancel(), cancel.Token));

        Assert.Equal(Installed.Order(), _backend.Files);
        Assert.Equal(before, File.GetLastWriteTimeUtc(library));
        Assert.True(_backend.Store.Inspect().IsInstalled);
    }

    [Fact]
    public async Task Two_at_the_same_time_download_once()
    {
        using var both = new CountdownEvent(2);
        using TestServer server = new(request =>
        {
            // The first answer waits until the other call has found the lock taken.
            if (request.Number == 0)
            {
                both.Signal();
                both.Wait(TimeSpan.FromSeconds(10));
            }
            return _backend.Answer(request);
        });
        var waiting = new Progress(value => { if (value.Trouble is not null) both.Signal(); });

        TorchBackend[] backends = await Task.WhenAll(
            Task.Run(() => _backend.InstallAsync(null, Published.Options(server), waiting)),
            Task.Run(() => _backend.InstallAsync(null, Published.Options(server), waiting)));

        Assert.All(backends, backend => Assert.True(backend.IsInstalled));
        Assert.Equal(2, server.Requests.Count);
        Assert.Equal(Installed.Order(), _backend.Files);
    }

    [Fact]
    public async Task What_a_process_left_that_was_ended_is_removed_by_the_next()
    {
        string draft = Directory.CreateDirectory(_backend.Store.NewDraft()).FullName;
        File.WriteAllText(Path.Combine(draft, "libtorch.so"), "half");

        await _backend.InstallAsync(_backend.Source);

        Assert.Equal(Installed.Order(), _backend.Files);
    }

    [Fact]
    public async Task A_backend_of_another_version_and_one_that_lacks_a_file_are_not_taken_and_replaced()
    {
        await _backend.InstallAsync(_backend.Source);
        _backend.Update();
        Assert.Contains("another version", _backend.Store.Inspect().Problem);

        await _backend.InstallAsync(_backend.Source);
        Assert.Equal(("2.1.0", true), (_backend.Store.Inspect().Libtorch, _backend.Store.Inspect().IsInstalled));

        File.WriteAllText(Path.Combine(_backend.Store.Path, FakeBackend.Library), "");
        Assert.Contains("lacks libtorch.so", _backend.Store.Inspect().Problem);
    }

    [Fact]
    public async Task A_folder_that_cannot_be_made_is_named()
    {
        File.WriteAllText(_backend.Root, "");

        QuantPSException error = await _backend.FailsAsync("BackendUnwritable", () => _backend.InstallAsync(_backend.Source));

        Assert.Contains(BackendStore.EnvironmentVariable, error.Message);
    }

    private static Reply WithoutTag(Reply reply) => reply with { Head = reply.Head.Replace("ETag: \"1\"\r\n", "") };

    private sealed class Progress(Action<DownloadProgress> told) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value) => told(value);
    }
}
