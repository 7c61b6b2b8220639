using System.Text;

namespace QuantPS.Engine;

/// <summary>Graphs as text for people: a line a node.</summary>
internal static class GraphText
{
    /// <summary>Every value of the graph with its type for one sample, its operator, what that takes, and its attributes.</summary>
    public static string Of(Graph graph)
    {
        IReadOnlyDictionary<string, TensorType> types = graph.InferTypes(1);
        var text = new StringBuilder();
        foreach (GraphInput input in graph.Inputs) text.AppendLine($"{input.Name}: {types[input.Name]} = input");
        foreach (Node node in graph.Nodes)
        {
            text.Append($"{node.Name}: {types[node.Name]} = {node.Operator}({string.Join(", ", node.Inputs)})");
            if (node.Attributes.Length > 0) text.Append($" [{node.Attributes}]");
            text.AppendLine();
        }
        return text.Append($"output {string.Join(", ", graph.Outputs)}").ToString();
    }
}
