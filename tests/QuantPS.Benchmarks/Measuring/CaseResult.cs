namespace QuantPS.Benchmarks.Measuring;

/// <summary>All engines on one model with one number of threads.</summary>
/// <param name="Case">The name of the model.</param>
/// <param name="Threads">The number of threads of each engine.</param>
/// <param name="Macs">The multiply-adds of a run.</param>
/// <param name="Engines">The engines, measured round by round one after another.</param>
/// <param name="OtherLoad">The share of the processors that other programs took meanwhile; null where it is not known.</param>
internal sealed record CaseResult(string Case, int Threads, long Macs, IReadOnlyList<EngineResult> Engines, double? OtherLoad)
{
    /// <summary>The name of libtorch in float.</summary>
    public const string LibtorchFloat = "libtorch-float";

    /// <summary>The result of an engine.</summary>
    public EngineResult this[string engine] => Engines.First(result => result.Engine == engine);

    /// <summary>
    /// How many times as fast as the fastest int8 peer an engine is: in each round the ratio of the minima; null where no int8 peer ran.
    /// </summary>
    public Spread? AgainstPeers(EngineResult engine) => Against(engine, other => other.IsPeer && other.IsInt8);

    /// <summary>How many times as fast as libtorch in float; null where that did not run.</summary>
    public Spread? AgainstLibtorchFloat(EngineResult engine) => Against(engine, other => other.Engine == LibtorchFloat);

    private Spread? Against(EngineResult engine, Func<EngineResult, bool> isPeer)
    {
        EngineResult[] peers = [.. Engines.Where(isPeer)];
        return peers.Length == 0 ? null : Spread.Of(engine.Rounds.Select((round, i) => peers.Min(peer => peer.Rounds[i].Minimum) / round.Minimum));
    }
}
