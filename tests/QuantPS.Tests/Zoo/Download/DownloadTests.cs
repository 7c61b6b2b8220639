using System.Diagnostics;
using QuantPS.Zoo.Download;
using Reply = QuantPS.Tests.Zoo.Download.TestServer.Reply;

namespace QuantPS.Tests.Zoo.Download;

public sealed class DownloadTests
{
    [Fact]
    public async Task A_file_that_is_not_there_is_downloaded_once_and_needs_no_network_after()
    {
        using Published published = new();
        DownloadOptions options;
        using (TestServer server = new(request => Reply.File(request, published.Content)))
        {
            options = Published.Options(server);
            Assert.Equal(published.File, await published.GetAsync(options));
            Assert.Equal($"/models/{published.Weights.FileName}", Assert.Single(server.Requests).Target);
        }

        Assert.Equal(published.File, await published.GetAsync(options));
        published.AssertWhole();
    }

    [Fact]
    public async Task A_download_that_breaks_off_is_resumed_where_it_ended()
    {
        using Published published = new();
        using TestServer server = new(request => request.Number < 2 ? Reply.File(request, published.Content).CutAt(50_000) : Reply.File(request, published.Content));

        await published.GetAsync(server);

        Assert.Equal([null, 50_000, 100_000], server.Requests.Select(request => request.From));
        Assert.Equal("\"1\"", server.Requests[1].Headers["If-Range"]);
        published.AssertWhole();
    }

    [Fact]
    public async Task A_download_that_failed_is_resumed_by_the_next_call()
    {
        using Published published = new();
        using TestServer server = new(request => request.Number == 0 ? Reply.File(request, published.Content).CutAt(70_000) : Reply.File(request, published.Content));
        List<DownloadProgress> progress = [];

        await published.FailsAsync("WeightsNotAtHand", Published.Options(server) with { MaximumRetryCount = 0 });
        Assert.Equal(70_000, new FileInfo(published.Partial).Length);
        await published.GetAsync(Published.Options(server), new Progress(progress));

        Assert.Equal([null, 70_000], server.Requests.Select(request => request.From));
        Assert.Equal(new DownloadProgress(70_000, 70_000, 200_000), progress[0]);
        Assert.Equal(new DownloadProgress(200_000, 70_000, 200_000), progress[^1]);
        published.AssertWhole();
    }

    [Fact]
    public async Task A_server_that_knows_no_ranges_sends_the_whole_again()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.Of(200, published.Content, "ETag: \"1\"") is var whole && request.Number == 0 ? whole.CutAt(70_000) : whole);

        await published.GetAsync(server);

        Assert.Equal(70_000, server.Requests[1].From);
        published.AssertWhole();
    }

    [Fact]
    public async Task A_file_that_changed_meanwhile_is_not_mixed_with_what_was_received()
    {
        using Published published = new();
        byte[] older = new byte[150_000];
        using TestServer server = new(request => request.Number == 0 ? Reply.File(request, older).CutAt(70_000) : Reply.File(request, published.Content, "\"2\""));

        await published.GetAsync(server);

        Assert.Equal(2, server.Requests.Count);
        published.AssertWhole();
    }

    [Fact]
    public async Task The_rest_of_another_file_is_told_by_the_hash_and_the_whole_is_downloaded()
    {
        using Published published = new();
        using TestServer server = new(request => request.Number == 0 ? Reply.File(request, new byte[200_000]).CutAt(70_000) : Reply.File(request, published.Content));

        await published.GetAsync(server);

        Assert.Equal([null, 70_000, null], server.Requests.Select(request => request.From));
        published.AssertWhole();
    }

    [Fact]
    public async Task Without_a_tag_of_the_file_nothing_is_resumed()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.Of(200, published.Content, "ETag: W/\"1\"") is var whole && request.Number == 0 ? whole.CutAt(70_000) : whole);

        await published.GetAsync(server);

        Assert.Equal([null, null], server.Requests.Select(request => request.From));
        published.AssertWhole();
    }

    [Fact]
    public async Task A_part_that_lacks_only_its_name_is_not_downloaded_again()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content));
        File.WriteAllBytes(published.Partial, published.Content);
        File.WriteAllText(published.Partial + ".etag", "\"1\"");

        await published.GetAsync(server);

        Assert.Equal(200_000, Assert.Single(server.Requests).From);
        published.AssertWhole();
    }

    [Fact]
    public async Task A_part_that_is_longer_than_the_file_is_thrown_away()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content));
        File.WriteAllBytes(published.Partial, new byte[300_000]);
        File.WriteAllText(published.Partial + ".etag", "\"1\"");

        await published.GetAsync(server);

        published.AssertWhole();
    }

    [Fact]
    public async Task A_piece_from_another_position_is_not_appended()
    {
        using Published published = new();
        using TestServer server = new(request => request.From is { } from
            ? Reply.Of(206, published.Content[(from + 1)..], "ETag: \"1\"", $"Content-Range: bytes {from + 1}-199999/200000")
            : Reply.File(request, published.Content) is var whole && request.Number == 0 ? whole.CutAt(70_000) : whole);

        await published.GetAsync(server);

        Assert.Equal([null, 70_000, null], server.Requests.Select(request => request.From));
        published.AssertWhole();
    }

    [Fact]
    public async Task A_rest_that_is_shorter_than_the_server_says_is_asked_for_until_there_is_none()
    {
        using Published published = new();
        using TestServer server = new(request => request switch
        {
            { Number: 0 } => Reply.File(request, published.Content).CutAt(70_000),
            { Number: 1 } => Reply.Of(206, published.Content[70_000..], "ETag: \"1\"", "Content-Range: bytes 70000-199999/999999"),
            _ => Reply.File(request, published.Content),
        });

        await published.GetAsync(server);

        Assert.Equal([null, 70_000, 200_000], server.Requests.Select(request => request.From));
        published.AssertWhole();
    }

    [Fact]
    public async Task Headway_makes_the_count_of_attempts_start_again_and_a_circle_does_not()
    {
        using Published published = new(length: 6_000_000);
        using TestServer server = new(request => Reply.File(request, published.Content) is var rest && rest.Body.Length > 1_500_000 ? rest.CutAt(1_500_000) : rest);
        await published.GetAsync(Published.Options(server) with { MaximumRetryCount = 1 });
        Assert.Equal(4, server.Requests.Count);
        published.AssertWhole();

        using Published other = new(length: 6_000_000);
        using TestServer circle = new(request => Reply.Of(200, other.Content).CutAt(request.Number % 2 == 0 ? 3_000_000 : 1_000_000));
        await other.FailsAsync("WeightsNotAtHand", Published.Options(circle) with { MaximumRetryCount = 2 });
        Assert.InRange(circle.Requests.Count, 3, 6);
    }

    [Fact]
    public async Task A_server_that_sends_less_than_it_says_is_asked_as_often_as_is_told()
    {
        using Published published = new();
        using TestServer server = new(_ => Reply.Of(200, published.Content, "Content-Length: 250000"));

        QuantPSException error = await published.FailsAsync("WeightsNotAtHand", server);

        Assert.Equal(4, server.Requests.Count);
        Assert.Contains("broke off", error.Message);
    }

    [Fact]
    public async Task A_server_that_says_less_than_it_sends_gives_no_file()
    {
        using Published published = new();
        using TestServer server = new(_ => Reply.Of(200, published.Content, "Content-Length: 150000"));

        await published.FailsAsync("WeightsDamaged", server);

        Assert.Empty(published.Files);
    }

    [Fact]
    public async Task A_body_without_an_end_is_cut_off()
    {
        using Published published = new(sizeMB: 0.01);
        using TestServer server = new(_ => new Reply("HTTP/1.1 200 OK\r\n\r\n", new byte[1_000_000], Hangs: true));

        QuantPSException error = await published.FailsAsync("WeightsNotAtHand", server);

        Assert.Contains("longer than", error.Message);
        Assert.Empty(published.Files);
    }

    [Theory]
    [InlineData(404)]
    [InlineData(403)]
    public async Task A_refusal_is_not_tried_again_and_the_error_says_what_to_do(int status)
    {
        using Published published = new();
        using TestServer server = new(_ => Reply.Of(status, "nothing"u8.ToArray()));

        QuantPSException error = await published.FailsAsync("WeightsNotAtHand", server);

        Assert.Single(server.Requests);
        Assert.Contains($"{server.Address}models/{published.Weights.FileName}", error.Message);
        Assert.Contains($"{status}", error.Message);
        Assert.Contains($"'{published.Store.Path}'", error.Message);
        Assert.Contains("-WeightsPath", error.Message);
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503, "Retry-After: 0")]
    [InlineData(429, "Retry-After: 0")]
    public async Task A_server_that_is_out_of_order_is_asked_again(int status, params string[] headers)
    {
        using Published published = new();
        using TestServer server = new(request => request.Number < 2 ? Reply.Of(status, [], headers) : Reply.File(request, published.Content));
        List<DownloadProgress> progress = [];

        await published.GetAsync(Published.Options(server), new Progress(progress));

        Assert.Equal(3, server.Requests.Count);
        Assert.Equal(2, progress.Count(report => report.Trouble?.Contains($"{status}") == true));
        published.AssertWhole();
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_asked_again()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content) is var whole && request.Number == 0 ? whole.CutAt(70_000) with { Hangs = true } : whole);

        await published.GetAsync(Published.Options(server) with { Timeout = TimeSpan.FromMilliseconds(300) });

        Assert.InRange(server.Requests.Count, 2, 4);
        published.AssertWhole();
    }

    [Fact]
    public async Task A_download_that_is_cancelled_ends_at_once_and_is_resumed_later()
    {
        using Published published = new();
        using TestServer server = new(request => Reply.File(request, published.Content) is var whole && request.Number == 0 ? whole.CutAt(70_000) with { Hangs = true } : whole);
        using var cancel = new CancellationTokenSource();
        var progress = new Progress([], report => { if (report.Received == 70_000) cancel.CancelAfter(1); });

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => published.GetAsync(Published.Options(server), progress, cancel.Token));
        Assert.False(File.Exists(published.File));
        await published.GetAsync(server);

        Assert.Equal([null, 70_000], server.Requests.Select(request => request.From));
        published.AssertWhole();
    }

    [Fact]
    public async Task Where_nobody_listens_the_error_names_the_address_and_the_folder()
    {
        using Published published = new();
        TestServer server = new(_ => throw new InvalidOperationException());
        server.Dispose();
        long start = Stopwatch.GetTimestamp();

        QuantPSException error = await published.FailsAsync("WeightsNotAtHand", server);

        Assert.Contains($"{server.Address}models/{published.Weights.FileName}", error.Message);
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
    }

    private sealed class Progress(List<DownloadProgress> reports, Action<DownloadProgress>? then = null) : IProgress<DownloadProgress>
    {
        public void Report(DownloadProgress value)
        {
            reports.Add(value);
            then?.Invoke(value);
        }
    }
}
