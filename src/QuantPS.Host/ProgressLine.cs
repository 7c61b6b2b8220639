using System.Diagnostics;
using System.Management.Automation;

namespace QuantPS.Host;

/// <summary>Progress as one line at the bottom of a terminal that is written over; nothing where there is no terminal.</summary>
internal sealed class ProgressLine(Terminal terminal)
{
    private const string ClearLine = "\r\u001b[K";
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private readonly List<(long Source, ProgressRecord Record)> _open = [];
    private long _lastDrawn;
    private bool _isDrawn;

    public void Update(long source, ProgressRecord record)
    {
        if (!terminal.IsTerminal) return;
        lock (_gate)
        {
            _open.RemoveAll(open => open.Source == source && open.Record.ActivityId == record.ActivityId);
            if (record.RecordType != ProgressRecordType.Completed) _open.Add((source, record));
            if (_open is []) Erase();
            else if (Stopwatch.GetElapsedTime(_lastDrawn) >= Interval) Draw(_open[^1].Record);
        }
    }

    /// <summary>Takes the line away for text to be written; the next record brings it back.</summary>
    public void Clear()
    {
        lock (_gate) Erase();
    }

    public void End()
    {
        lock (_gate)
        {
            _open.Clear();
            Erase();
        }
    }

    private void Erase()
    {
        if (_isDrawn) terminal.Error.Write(ClearLine);
        _isDrawn = false;
        _lastDrawn = 0;
    }

    private void Draw(ProgressRecord record)
    {
        string percent = record.PercentComplete >= 0 ? $" {record.PercentComplete} %" : "";
        string left = record.SecondsRemaining >= 0 ? $" {TimeSpan.FromSeconds(record.SecondsRemaining):m\\:ss} left" : "";
        string text = $"{record.Activity}:{percent} {record.StatusDescription}{left}".ReplaceLineEndings(" ");
        int room = Math.Max(terminal.Width - 1, 1);
        terminal.Error.Write(ClearLine + (text.Length > room ? text[..room] : text));
        _isDrawn = true;
        _lastDrawn = Stopwatch.GetTimestamp();
    }
}
