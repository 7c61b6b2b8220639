using QuantPS.Engine;

namespace QuantPS.Export;

/// <summary>How embeddings are written: float tables through <c>torch.embedding</c>, codes through <c>ops.quantized.embedding_byte</c> and <c>embedding_4bit</c>.</summary>
internal static class TableScript
{
    /// <summary>The rows that indices name.</summary>
    public static string Rows(Node node, GraphScript s) => s.Table(node, node.DataInputCount) is { } table
        ? $"ops.quantized.embedding_{table.Bits}({table.Attribute}, {s.Floats(node, 0)}, False)"
        : $"torch.embedding({s.Floats(node, node.DataInputCount)}, {s.Floats(node, 0)})";

    /// <summary>One row for each sample. libtorch has an operator on codes for sums alone.</summary>
    public static string Bag(EmbeddingBag bag, GraphScript s)
    {
        string? factors = bag.HasSampleWeights ? s.Floats(bag, 1) : null;
        if (bag.Mode == EmbeddingBagMode.Sum && s.Table(bag, bag.DataInputCount) is { } table)
            return $"ops.quantized.embedding_bag_{table.Bits}({table.Attribute}, {s.Floats(bag, 0)}, None, False, 0, False, {factors ?? "None"}, None, False)";
        string rows = Rows(bag, s);
        if (factors is not null) rows = $"torch.mul({rows}, torch.unsqueeze({factors}, 2))";
        string name = bag.Mode switch { EmbeddingBagMode.Sum => "sum", EmbeddingBagMode.Mean => "mean", _ => "amax" };
        return $"torch.{name}({rows}, [1])";
    }
}
