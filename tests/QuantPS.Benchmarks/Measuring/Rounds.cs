using System.Diagnostics;
using QuantPS.Benchmarks.Engines;
using QuantPS.Benchmarks.Models;

namespace QuantPS.Benchmarks.Measuring;

/// <summary>Times engines side by side in this process.</summary>
internal static class Rounds
{
    private const int WarmUpRuns = 5;

    private const double DisturbedShare = 0.05;

    private static readonly TimeSpan s_warmUp = TimeSpan.FromSeconds(1);

    /// <summary>Loads a model into each engine, checks that their outputs agree, and times them in turn, round after round.</summary>
    /// <exception cref="InvalidDataException">An engine does not give our output: it would not be the same model that is timed.</exception>
    public static CaseResult Measure(BenchmarkModel model, IReadOnlyList<EngineKind> kinds, int threads, int rounds, TimeSpan burst)
    {
        var engines = new List<IEngine>();
        try
        {
            foreach (EngineKind kind in kinds) engines.Add(kind.Load(model, threads));
            Agreement[] agreements = [.. kinds.Zip(engines, (kind, engine) => Agree(model, kind, engine))];
            var kept = new List<(Burst[] Bursts, double? Load)>();
            for (int round = 0; kept.Count < rounds; round++)
            {
                (Burst[] Bursts, double? Load) done = Round(engines, round, burst);
                // A round that other programs disturbed is measured again, but not without end.
                if (round >= rounds || !(done.Load > DisturbedShare)) kept.Add(done);
            }
            return new CaseResult(model.Name, threads, model.Macs,
                [.. kinds.Select((kind, i) => new EngineResult(kind.Name, kind.IsInt8, kind.IsPeer, agreements[i], [.. kept.Select(round => round.Bursts[i])]))],
                kept.Average(round => round.Load));
        }
        finally
        {
            foreach (IEngine engine in engines) engine.Dispose();
        }
    }

    private static (Burst[] Bursts, double? Load) Round(List<IEngine> engines, int round, TimeSpan duration)
    {
        var load = new OtherLoad();
        var bursts = new Burst[engines.Count];
        for (int i = 0; i < bursts.Length; i++)
        {
            // Each round starts with another engine, so that none always follows the same one.
            int next = (round + i) % bursts.Length;
            bursts[next] = Burst.Measure(engines[next], duration);
        }
        return (bursts, load.Share);
    }

    private static Agreement Agree(BenchmarkModel model, EngineKind kind, IEngine engine)
    {
        // libtorch profiles and compiles in its first runs.
        long start = Stopwatch.GetTimestamp();
        for (int run = 0; run < WarmUpRuns && Stopwatch.GetElapsedTime(start) < s_warmUp; run++) engine.Run();
        Agreement agreement = Agreement.Of(kind.IsInt8 ? model.Int8Output : model.FloatOutput, engine.Output());
        return agreement.IsGood ? agreement
            : throw new InvalidDataException(FormattableString.Invariant($"{model.Name}: {kind.Name} does not give QuantPS's output: cosine {agreement.Cosine:f4}."));
    }
}
