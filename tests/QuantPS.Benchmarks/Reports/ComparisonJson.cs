using QuantPS.Benchmarks.Measuring;

namespace QuantPS.Benchmarks.Reports;

/// <summary>The comparison as data for programs.</summary>
internal static class ComparisonJson
{
    public static object Of(ComparisonReport report) => new
    {
        report.Machine,
        report.Rounds,
        report.BurstMs,
        report.LimitMacsPerSecond,
        Cases = report.Cases.Select(result => new
        {
            result.Case,
            result.Threads,
            result.Macs,
            result.OtherLoad,
            Engines = result.Engines.Select(engine => new
            {
                engine.Engine,
                engine.MinimumMs,
                engine.MedianMs,
                AgainstFastestInt8Peer = result.AgainstPeers(engine),
                AgainstLibtorchFloat = result.AgainstLibtorchFloat(engine),
                ShareOfLimit = engine.IsInt8 ? report.ShareOfLimit(result, engine) : null,
                engine.Agreement,
                engine.Rounds,
            }),
        }),
    };
}
