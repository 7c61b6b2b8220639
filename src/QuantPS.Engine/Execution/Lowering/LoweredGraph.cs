using System.Collections.Immutable;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>A graph as a flat list of operations.</summary>
/// <param name="Inputs">The graph's inputs.</param>
/// <param name="Results">The graph's outputs, in float.</param>
/// <param name="Largest">The largest run.</param>
/// <param name="Operations">What runs, in order.</param>
/// <param name="Names">The names of the graph's own values, which those that lowering adds are not among.</param>
internal sealed record LoweredGraph(
    ImmutableArray<Value> Inputs, ImmutableArray<Value> Results, RunSize Largest, ImmutableArray<Operation> Operations, IReadOnlySet<string> Names);
