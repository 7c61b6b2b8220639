using QuantPS.Zoo;
using QuantPS.Zoo.Download;
using Reply = QuantPS.Tests.Zoo.Download.TestServer.Reply;

namespace QuantPS.Tests.Zoo.Download;

public sealed class CacheTests
{
    private readonly CancellationToken _cancel = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Wrong_bytes_are_refused_and_taken_where_that_is_asked_for()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, new byte[200_000]));

        QuantPSException error = await published.FailsAsync("WeightsDamaged", server);
        Assert.Contains("-SkipHashCheck", error.Message);
        Assert.Contains(published.Weights.Hash!, error.Message);
        Assert.Empty(published.Files);

        DownloadOptions options = Published.Options(server) with { SkipHashCheck = true };
        Assert.Equal(published.File, await published.GetAsync(options));
        Assert.Equal(published.File, await published.GetAsync(options));
        Assert.Equal(2, server.Requests.Count);
    }

    [Fact]
    public async Task A_file_in_the_cache_that_is_damaged_is_refused_and_downloaded_again_by_force()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content));
        File.WriteAllBytes(published.File, [1, 2, 3]);

        var error = await Assert.ThrowsAsync<QuantPSException>(() => published.GetAsync(server));
        Assert.Equal("WeightsDamaged", error.ErrorId);
        Assert.Contains("-Force", error.Message);
        Assert.Empty(server.Requests);

        await published.GetAsync(Published.Options(server) with { Force = true });
        published.AssertWhole();
    }

    [Fact]
    public async Task A_name_without_a_hash_has_it_recorded_at_the_first_download()
    {
        using Published published = new(hashed: false);
        using TestServer server = new(request => Reply.File(request, published.Content));

        await published.GetAsync(server);
        await published.GetAsync(server);

        Assert.Single(server.Requests);
        Assert.Matches($"^[0-9a-f]{{64}}  {published.Weights.FileName}\n$", File.ReadAllText(published.File + ".sha256"));
        published.AssertWhole();

        File.WriteAllBytes(published.File, new byte[200_000]);
        var error = await Assert.ThrowsAsync<QuantPSException>(() => published.GetAsync(server));
        Assert.Equal("WeightsDamaged", error.ErrorId);
        Assert.Contains("first use", error.Message);
        Assert.Equal(published.File, await published.GetAsync(Published.Options(server) with { SkipHashCheck = true }));
    }

    [Fact]
    public async Task A_download_whose_hash_is_not_the_recorded_one_is_refused()
    {
        using Published published = new(hashed: false);
        byte[] content = published.Content;
        using TestServer server = new(request => Reply.File(request, content));
        await published.GetAsync(server);
        content = new byte[200_000];

        var error = await Assert.ThrowsAsync<QuantPSException>(() => published.GetAsync(Published.Options(server) with { Force = true }));
        Assert.Equal("WeightsDamaged", error.ErrorId);
        published.AssertWhole();

        await published.GetAsync(Published.Options(server) with { Force = true, SkipHashCheck = true });
        Assert.Equal(published.File, await published.GetAsync(server));
        Assert.Equal(content, File.ReadAllBytes(published.File));
    }

    [Fact]
    public async Task A_page_in_place_of_a_file_without_a_hash_is_told_by_its_length()
    {
        using Published published = new(hashed: false, sizeMB: 0.2);
        using TestServer server = new(request => Reply.Of(200, "<html>Sign in to the network</html>"u8.ToArray(), "ETag: \"1\""));

        QuantPSException error = await published.FailsAsync("WeightsDamaged", server);

        Assert.Contains("0.2 MB", error.Message);
        Assert.Empty(published.Files);
    }

    [Fact]
    public async Task A_file_of_the_older_name_serves_and_the_digits_of_that_name_are_no_checksum()
    {
        using Published published = new();
        PretrainedWeights weights = published.Weights with { OlderFileName = "net-00000000.pth" };
        string file = Path.Combine(published.Store.Path, "net-00000000.pth");
        File.WriteAllBytes(file, published.Content);

        Assert.True(published.Store.Has(weights));
        Assert.Equal(file, await published.Store.GetAsync(weights, cancel: _cancel));
        Assert.True(File.Exists(file + ".sha256"));
    }

    [Fact]
    public async Task Two_at_the_same_time_download_once()
    {
        using Published published = new();
        using var both = new CountdownEvent(2);
        using TestServer server = new(request =>
        {
            // The first answer waits until the other call has found the lock taken.
            both.Signal();
            both.Wait(TimeSpan.FromSeconds(10));
            return Reply.File(request, published.Content);
        });
        var waiting = new Waiting(() => both.Signal());

        string[] files = await Task.WhenAll(
            Task.Run(() => published.GetAsync(Published.Options(server), waiting), _cancel),
            Task.Run(() => published.GetAsync(Published.Options(server), waiting), _cancel));

        Assert.Equal([published.File, published.File], files);
        Assert.Single(server.Requests);
        published.AssertWhole();
    }

    [Fact]
    public async Task A_lock_that_a_process_left_behind_keeps_nobody_out()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content));
        File.WriteAllText(published.File + ".lock", "");

        await published.GetAsync(server);

        published.AssertWhole();
    }

    [Fact]
    public async Task Who_waits_for_another_download_can_be_stopped()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content));
        using var held = new FileStream(published.File + ".lock", FileMode.Create, FileAccess.ReadWrite, FileShare.None);
        using var cancel = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => published.GetAsync(Published.Options(server), new Waiting(cancel.Cancel), cancel.Token));
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_to_is_named()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content));
        string inTheWay = Path.Combine(published.Store.Path, "file");
        File.WriteAllText(inTheWay, "");

        var error = await Assert.ThrowsAsync<QuantPSException>(() =>
            new WeightsStore(Path.Combine(inTheWay, "cache")).GetAsync(published.Weights, Published.Options(server), cancel: _cancel));

        Assert.Equal("CacheUnwritable", error.ErrorId);
        Assert.Contains("-CachePath", error.Message);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task A_filled_cache_that_cannot_be_written_to_serves()
    {
        using Published published = new(hashed: false);
        File.WriteAllBytes(published.File, published.Content);
        // In the place of the record lies what cannot be replaced.
        Directory.CreateDirectory(published.File + ".sha256");

        Assert.Equal(published.File, await published.Store.GetAsync(published.Weights, cancel: _cancel));
    }

    [Fact]
    public async Task A_full_disk_is_an_error_that_says_so()
    {
        if (!File.Exists("/dev/full")) Assert.Skip("There is no device that is always full.");
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content));
        File.CreateSymbolicLink(published.Partial, "/dev/full");

        QuantPSException error = await published.FailsAsync("CacheUnwritable", server);

        Assert.Contains("No space left", error.Message);
    }

    private sealed class Waiting(Action then) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            if (value.Trouble is not null) then();
        }
    }
}
