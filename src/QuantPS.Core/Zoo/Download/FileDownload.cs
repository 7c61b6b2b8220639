using System.Net;

namespace QuantPS.Zoo.Download;

/// <summary>Downloads one file into a partial file, again and again where the network or the server fails for a while.</summary>
/// <param name="address">Where the file is.</param>
/// <param name="partial">What is there of it.</param>
/// <param name="options">How to download.</param>
/// <param name="limit">How many bytes are taken at most.</param>
/// <param name="progress">Told how far it is; may be null.</param>
internal sealed class FileDownload(Uri address, PartialFile partial, DownloadOptions options, long limit, IProgress<DownloadProgress>? progress)
{
    private const int PieceSize = 1 << 16;

    // An attempt that came this much further than all before it was worth its while: the count of attempts starts again.
    private const long Headway = 1 << 20;

    // In seconds.
    private const double LongestPause = 60;

    private long _resumed;

    // Whether the bytes that are there came in several pieces.
    private bool _isPieced;

    /// <summary>Downloads the file, and gives it its name where a check finds it to be the one that was meant.</summary>
    /// <param name="check">Told the path of what arrived; fails where it is something else, and that is not kept.</param>
    /// <param name="cancel">Ends the download. What arrived is kept for the next call.</param>
    /// <exception cref="DownloadException">It did not arrive whole. What arrived is kept for the next call.</exception>
    /// <exception cref="IOException">It cannot be written.</exception>
    public async Task RunAsync(Func<string, Task> check, CancellationToken cancel)
    {
        for (bool again = false; ; again = true)
        {
            await ReceiveAsync(cancel).ConfigureAwait(false);
            try
            {
                await check(partial.Path).ConfigureAwait(false);
                break;
            }
            catch (QuantPSException)
            {
                // Pieces may be of different files: one more download, of the whole, decides.
                partial.Discard();
                if (again || !_isPieced) throw;
            }
        }
        partial.Complete();
    }

    private async Task ReceiveAsync(CancellationToken cancel)
    {
        using var transport = new Transport(options);
        _resumed = partial.Start;
        long furthest = partial.Length;
        for (int retries = 0; ; retries++)
        {
            try
            {
                await AttemptAsync(transport, cancel).ConfigureAwait(false);
                return;
            }
            catch (DownloadException e) when (e.IsTransient)
            {
                if (partial.Length >= furthest + Headway) (furthest, retries) = (partial.Length, 0);
                if (retries >= options.MaximumRetryCount) throw;
                progress?.Report(new DownloadProgress(partial.Length, _resumed, null, e.Message));
                await Task.Delay(Pause(e.RetryAfter, retries), cancel).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan Pause(TimeSpan? asked, int retries)
    {
        double seconds = (asked ?? options.RetryInterval * Math.Pow(2, Math.Min(retries, 10))).TotalSeconds;
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LongestPause));
    }

    private async Task AttemptAsync(Transport transport, CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(options.Timeout);
        try
        {
            using HttpResponseMessage response = await transport.GetAsync(address, partial.Start, partial.Validator, patience.Token).ConfigureAwait(false);
            if (IsWhole(response)) return;
            (long start, long? total) = Understand(response);
            if (total > limit) throw TooLong();
            FileStream target = partial.Open(start, response);
            await using (target.ConfigureAwait(false)) await CopyAsync(response, target, start, total, patience).ConfigureAwait(false);
            if (total is not null && partial.Length != total)
                throw new DownloadException($"the server sent {partial.Length} of {total} bytes", isTransient: true);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new DownloadException($"the server sent nothing for {options.Timeout.TotalSeconds:0.#} s", isTransient: true);
        }
    }

    /// <summary>Whether the answer says that there is no rest: an earlier download ended after the last byte.</summary>
    private bool IsWhole(HttpResponseMessage response) => response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable
        && partial.Length > 0 && response.Content.Headers.ContentRange?.Length == partial.Length && (_isPieced = true);

    /// <summary>Where the bytes of an answer belong, and how long the file is.</summary>
    private (long Start, long? Total) Understand(HttpResponseMessage response)
    {
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                (_resumed, _isPieced) = (0, false);
                return (0, response.Content.Headers.ContentLength);
            case HttpStatusCode.PartialContent when response.Content.Headers.ContentRange is { } range && range.From == partial.Length:
                _isPieced = true;
                return (partial.Length, range.Length ?? range.To + 1);
            case HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable:
                partial.Discard();
                throw new DownloadException("the server does not have the rest of what was received before", isTransient: true) { RetryAfter = TimeSpan.Zero };
            case HttpStatusCode status:
                throw new DownloadException($"the server answers {(int)status} ({response.ReasonPhrase})",
                    isTransient: (int)status >= 500 || status is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests)
                {
                    RetryAfter = response.Headers.RetryAfter is { } after ? after.Delta ?? after.Date - DateTimeOffset.UtcNow : null,
                };
        }
    }

    private async Task CopyAsync(HttpResponseMessage response, FileStream target, long start, long? total, CancellationTokenSource patience)
    {
        Stream source = await response.Content.ReadAsStreamAsync(patience.Token).ConfigureAwait(false);
        byte[] piece = new byte[PieceSize];
        long received = start;
        progress?.Report(new DownloadProgress(received, _resumed, total));
        while (await ReadAsync(source, piece, patience).ConfigureAwait(false) is > 0 and int count)
        {
            received += count;
            if (received > limit) throw TooLong();
            await target.WriteAsync(piece.AsMemory(0, count), patience.Token).ConfigureAwait(false);
            progress?.Report(new DownloadProgress(received, _resumed, total));
        }
        target.Flush(flushToDisk: true);
    }

    private async Task<int> ReadAsync(Stream source, byte[] piece, CancellationTokenSource patience)
    {
        patience.CancelAfter(options.Timeout);
        try
        {
            return await source.ReadAsync(piece, patience.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new DownloadException($"the connection broke off: {e.GetBaseException().Message.TrimEnd('.')}", isTransient: true, e);
        }
    }

    private DownloadException TooLong()
    {
        partial.Discard();
        return new DownloadException($"what the server sends is longer than {limit / 1e6:0.#} MB, which cannot be this file", isTransient: false);
    }
}
