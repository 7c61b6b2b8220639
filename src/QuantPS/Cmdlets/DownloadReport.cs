using QuantPS.Zoo.Download;

namespace QuantPS.Commands;

/// <summary>Shows how far a download is, and says on the verbose stream why it is tried again.</summary>
internal sealed class DownloadReport(WorkReport report) : IProgress<DownloadProgress>
{
    public void Report(DownloadProgress value)
    {
        if (value.Trouble is { } trouble) report.Verbose($"Waiting: {trouble}.");
        report.Progress(value.Received, value.Total ?? 0, value.Trouble ?? Describe(value), value.Resumed);
    }

    private static string Describe(DownloadProgress value) =>
        $"{value.Received / 1e6:0.0} {(value.Total is { } total ? $"of {total / 1e6:0.0} " : "")}MB";
}
