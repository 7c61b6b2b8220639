namespace QuantPS.Engine.Execution;

/// <summary>How much a run computes.</summary>
/// <param name="Batch">The number of samples.</param>
/// <param name="Length">The number of steps of each sequence; 1 where there are none.</param>
internal readonly record struct RunSize(int Batch, int Length)
{
    /// <summary>The rows of a value.</summary>
    public int Rows(Value value) => value.IsSequence ? Batch * Length : Batch;
}
