namespace QuantPS.Zoo.Download;

/// <summary>A download that failed for reasons of the server or the network. The message is a clause, to be put into a sentence.</summary>
internal sealed class DownloadException(string reason, bool isTransient, Exception? inner = null) : Exception(reason, inner)
{
    /// <summary>Whether another attempt may succeed.</summary>
    public bool IsTransient { get; } = isTransient;

    /// <summary>How long the server asks to wait before it.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
