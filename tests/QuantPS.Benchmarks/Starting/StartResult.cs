namespace QuantPS.Benchmarks.Starting;

/// <summary>The medians of an engine on a network.</summary>
internal sealed record StartResult(string Case, string Engine, int Threads, StartTimes Times);
