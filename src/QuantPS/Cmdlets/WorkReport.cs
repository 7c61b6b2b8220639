using System.Collections.Concurrent;
using System.Diagnostics;
using System.Management.Automation;
using QuantPS.Checkpoints;

namespace QuantPS.Commands;

/// <summary>
/// How work on another thread talks to the pipeline: what it says is queued, and the pipeline thread writes it. Safe to call from
/// several threads.
/// </summary>
public sealed class WorkReport : IDisposable
{
    private const int ActivityId = 0;
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);
    private static long _lastSource = 1_000_000;

    private readonly QuantPSCmdlet _cmdlet;
    private readonly string _activity;
    private readonly BlockingCollection<Action> _messages = [];
    private readonly CancellationTokenSource _cancellation;
    private readonly long _source = Interlocked.Increment(ref _lastSource);
    private readonly long _start = Stopwatch.GetTimestamp();
    private long _lastProgress;
    private bool _hasProgress;

    internal WorkReport(QuantPSCmdlet cmdlet, string activity, CancellationToken stop)
    {
        (_cmdlet, _activity) = (cmdlet, PlainText.Of(activity));
        _cancellation = CancellationTokenSource.CreateLinkedTokenSource(stop);
    }

    /// <summary>Tells the work to stop: at Ctrl+C, and when the pipeline takes no more.</summary>
    public CancellationToken Cancellation => _cancellation.Token;

    /// <summary>Says how far the work is. Most calls do nothing: a few a second are shown.</summary>
    /// <param name="done">How much is done.</param>
    /// <param name="total">Of how much.</param>
    /// <param name="status">What to say beside the bar; the two numbers when not given.</param>
    /// <param name="before">How much of it was done before the work began.</param>
    public void Progress(long done, long total, string? status = null, long before = 0)
    {
        if (Stopwatch.GetElapsedTime(Volatile.Read(ref _lastProgress)) < _interval) return;
        Volatile.Write(ref _lastProgress, Stopwatch.GetTimestamp());
        TimeSpan elapsed = Stopwatch.GetElapsedTime(_start);
        var record = new ProgressRecord(ActivityId, _activity, PlainText.Of(status ?? $"{done} of {total}"))
        {
            PercentComplete = total > 0 ? (int)Math.Min(done * 100 / total, 100) : -1,
            SecondsRemaining = done > before && total >= done && elapsed.TotalSeconds > 1
                ? (int)Math.Min(Math.Ceiling(elapsed.TotalSeconds * (total - done) / (done - before)), int.MaxValue)
                : -1,
        };
        Post(() =>
        {
            _hasProgress = true;
            _cmdlet.CommandRuntime.WriteProgress(_source, record);
        });
    }

    /// <summary>Something to report counts to, as in <c>12 of 40 images</c>.</summary>
    public IProgress<int> Counter(int total, string unit) => new CountProgress(this, total, count => $"{count} of {total} {unit}");

    /// <summary>Something to report percents to.</summary>
    /// <param name="status">What to say beside the bar.</param>
    public IProgress<int> Percent(string status) => new CountProgress(this, 100, _ => status);

    /// <summary>Reads the state dict of a file, and says how far it is.</summary>
    internal StateDict Read(string path) => StateDictReader.Read(path, progress: new ByteProgress(this, path));

    /// <summary>Writes an object to the pipeline.</summary>
    public void Output(object output) => Post(() => _cmdlet.WriteObject(output));

    /// <summary>Writes to the verbose stream.</summary>
    public void Verbose(string text) => Post(() => _cmdlet.WriteVerbose(text));

    /// <summary>Writes a warning.</summary>
    public void Warning(string text) => Post(() => _cmdlet.WriteWarning(text));

    /// <summary>Writes an error that does not end the work.</summary>
    public void Error(Exception error) => Post(() => _cmdlet.WriteError(Errors.ToRecord(error)));

    /// <inheritdoc/>
    public void Dispose()
    {
        _messages.Dispose();
        _cancellation.Dispose();
    }

    /// <summary>Runs the work on another thread, and on this one writes what it says, until it has ended in one way or the other.</summary>
    internal TResult Run<TResult>(Func<WorkReport, TResult> work)
    {
        Task<TResult> task = Task.Run(() =>
        {
            try
            {
                return work(this);
            }
            finally
            {
                _messages.CompleteAdding();
            }
        });
        try
        {
            foreach (Action write in _messages.GetConsumingEnumerable()) write();
            return task.GetAwaiter().GetResult();
        }
        finally
        {
            _cancellation.Cancel();
            ((IAsyncResult)task).AsyncWaitHandle.WaitOne();
            CompleteProgress();
        }
    }

    private void Post(Action write)
    {
        // After the pipeline took no more, the work may still say something before it sees the cancellation: nobody would read it.
        if (!_cancellation.IsCancellationRequested) _messages.TryAdd(write);
    }

    private void CompleteProgress()
    {
        if (!_hasProgress) return;
        var completed = new ProgressRecord(ActivityId, _activity, " ") { RecordType = ProgressRecordType.Completed };
        try
        {
            _cmdlet.CommandRuntime.WriteProgress(_source, completed);
        }
        catch (PipelineStoppedException)
        {
            // A stopping pipeline writes nothing; the bar still has to leave the screen.
            _cmdlet.Host.UI.WriteProgress(_source, completed);
        }
    }

    private sealed class ByteProgress(WorkReport report, string path) : IProgress<long>
    {
        // A file that is not there is an error of the reader.
        private readonly long _total = File.Exists(path) ? new FileInfo(path).Length : 0;

        public void Report(long value)
        {
            report.Cancellation.ThrowIfCancellationRequested();
            report.Progress(value, _total, $"{value / 1e6:0.0} of {_total / 1e6:0.0} MB");
        }
    }

    // System.Progress would report from yet another thread.
    private sealed class CountProgress(WorkReport report, int total, Func<int, string> status) : IProgress<int>
    {
        public void Report(int value) => report.Progress(value, total, status(value));
    }
}
