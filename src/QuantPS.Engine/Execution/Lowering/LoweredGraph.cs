using System.Collections.Immutable;

namespace QuantPS.Engine.Execution.Lowering;

/// <summary>A graph as a flat list of operations.</summary>
/// <param name="Input">The graph's input.</param>
/// <param name="Result">The graph's output, in float.</param>
/// <param name="Operations">What runs, in order.</param>
/// <param name="Names">The names of the graph's own values, which those that lowering adds are not among.</param>
internal sealed record LoweredGraph(Value Input, Value Result, ImmutableArray<Operation> Operations, IReadOnlySet<string> Names);
