using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <param name="Value">The value that the channels come from.</param>
/// <param name="Start">The first of them.</param>
/// <param name="Map">What makes its codes those of the output; null where they are already, and for floats.</param>
internal sealed record ChannelRun(Value Value, int Start, CodeMap? Map);

/// <summary>
/// Runs of channels in turn: the first of each, the second of each, and so on. A slice of a channel shuffle of a cat is that, too, so that
/// what these leave where it is need not be copied three times.
/// </summary>
/// <param name="Name">What the operators are called.</param>
/// <param name="Runs">The runs; all of one length.</param>
/// <param name="Output">All of them.</param>
internal sealed record InterleaveSpec(string Name, ChannelRun[] Runs, Value Output)
{
    /// <summary>The channels of a run.</summary>
    public int Length => Output.Shape[1] / Runs.Length;
}
