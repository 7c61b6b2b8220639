namespace QuantPS.Gates;

/// <summary>What came of one gate for one model.</summary>
/// <param name="Model">The model's name and precision.</param>
/// <param name="Gate">The gate, by the name of its parameter, such as <c>MaxAccuracyDrop</c>.</param>
/// <param name="ErrorId">The identifier of the error that it gives where it is not passed.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="IsSoft">Whether the limit is a soft one, which warns.</param>
/// <param name="Limit">The limit.</param>
/// <param name="Actual">What was measured.</param>
/// <param name="Reason">A sentence that says what was measured and what was allowed. Names in it cannot be commands to a pipeline.</param>
public sealed record GateResult(
    string Model, string Gate, string ErrorId, GateOutcome Outcome, bool IsSoft, double Limit, double Actual, string Reason)
{
    /// <summary>Whether the model may pass: everything but a hard limit that is not kept.</summary>
    public bool Passed => Outcome != GateOutcome.Failed;
}
