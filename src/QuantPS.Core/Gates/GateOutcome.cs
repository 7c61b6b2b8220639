namespace QuantPS.Gates;

/// <summary>What came of a gate.</summary>
public enum GateOutcome
{
    /// <summary>The limit is kept.</summary>
    Passed,
    /// <summary>A soft limit is not kept, or the measurement is not sure enough to say that a hard one is not.</summary>
    Warning,
    /// <summary>A hard limit is not kept.</summary>
    Failed,
}
