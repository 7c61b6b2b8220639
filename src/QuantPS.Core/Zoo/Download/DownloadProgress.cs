namespace QuantPS.Zoo.Download;

/// <summary>How far a download is.</summary>
/// <param name="Received">How many bytes are there.</param>
/// <param name="Resumed">How many of them were there before, from a download that broke off.</param>
/// <param name="Total">How many it will be; null where the server does not say.</param>
/// <param name="Trouble">What went wrong, while the next attempt is awaited; null while bytes come in.</param>
public readonly record struct DownloadProgress(long Received, long Resumed, long? Total, string? Trouble = null);
