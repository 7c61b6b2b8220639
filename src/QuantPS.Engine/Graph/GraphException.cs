namespace QuantPS.Engine;

/// <summary>A graph that cannot be: its message names the node at fault and says what is wrong with it.</summary>
/// <param name="node">The name of the node at fault.</param>
/// <param name="problem">What is wrong, as the rest of a sentence.</param>
public sealed class GraphException(string node, string problem) : Exception($"Node '{node}': {problem}")
{
    /// <summary>The name of the node at fault.</summary>
    public string Node { get; } = node;
}
