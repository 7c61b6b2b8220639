using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <param name="Name">The node, for errors.</param>
/// <param name="Operator">The operator.</param>
/// <param name="Indices">The rows that are asked for.</param>
/// <param name="Output">One row for each index, or, of bags, for each sample.</param>
/// <param name="Table">The table; it is copied while the kernel is made.</param>
/// <param name="Bag">What becomes of the rows of a sample; null where each is given.</param>
/// <param name="SampleWeights">A factor for each index of a sum, or null.</param>
internal sealed record EmbeddingSpec(
    string Name, string Operator, Value Indices, Value Output, Tensor Table, EmbeddingBagMode? Bag = null, Value? SampleWeights = null)
{
    public string Precision => Table.Element.IsQuantized() ? Kernel.Int8 : Kernel.Float32;
}
