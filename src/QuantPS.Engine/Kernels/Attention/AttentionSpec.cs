using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Attention of several heads, each so many features of q, k and v.</summary>
/// <param name="Query">The queries.</param>
/// <param name="Key">The keys.</param>
/// <param name="Content">What the scores weigh.</param>
/// <param name="Mask">int64: 0 for a step that nothing may look at; or null.</param>
/// <param name="Output">The result.</param>
/// <param name="Heads">The number of heads.</param>
/// <param name="MaxSteps">The most steps of a sample.</param>
internal sealed record AttentionSpec(Value Query, Value Key, Value Content, Value? Mask, Value Output, int Heads, int MaxSteps)
{
    public int Features => Output.Run;

    public int HeadFeatures => Features / Heads;

    /// <summary>What the products of queries and keys are multiplied with.</summary>
    public float Scale { get; } = (float)(1 / Math.Sqrt(Output.Run / Heads));
}
