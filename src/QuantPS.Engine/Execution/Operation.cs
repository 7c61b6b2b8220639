using System.Collections.Immutable;
using QuantPS.Engine.Kernels;

namespace QuantPS.Engine.Execution;

/// <summary>A step before it has memory and a kernel: what lowering gives.</summary>
/// <param name="Output">The value that it computes.</param>
/// <param name="Inputs">The values that it reads.</param>
/// <param name="Nodes">The graph's nodes that it does the work of.</param>
/// <param name="Bind">Makes the kernel, once the values have their places.</param>
internal sealed record Operation(Value Output, ImmutableArray<Value> Inputs, ImmutableArray<Node> Nodes, Func<KernelTable, Kernel> Bind)
{
    /// <summary>Whether its kernels, on every rung, heed the <see cref="Value.Pitch"/> of the output.</summary>
    public bool WritesSlices { get; init; }

    /// <summary>
    /// Whether its kernels, on every rung, ask for the output's address in every run, and write nothing behind its elements: then it can be
    /// the caller's memory.
    /// </summary>
    public bool WritesInPlace { get; init; }

    /// <summary>Values that it computes beside its output: the last states of a recurrent network.</summary>
    public ImmutableArray<Value> SideOutputs { get; init; } = [];

    /// <summary>What it joins, where it is a cat and nothing else.</summary>
    public ConcatSpec? Concat { get; init; }
}
