namespace QuantPS.Engine;

/// <summary>
/// The rows of a table that indices name (<c>torch.nn.Embedding</c>). Inputs: indices, int64, of any shape; and the weight (rows, features):
/// floats, or codes with a float scale and zero point a row (<c>torch.quint8</c>, <c>torch.quint4x2</c>).
/// </summary>
/// <remarks>An index that is not a row of the table ends the run with an error.</remarks>
public sealed record Embedding : Node
{
    /// <summary>The index whose row training leaves as it is; it means nothing here, and is kept for files.</summary>
    public int? PaddingIndex { get; init; }

    /// <inheritdoc/>
    public override string Operator => "embedding";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs) =>
        TensorType.Float([.. RequireIndices(this, inputs, Fault), RequireTable(this, inputs, Fault)[1]]);

    internal static Shape RequireIndices(Node node, IReadOnlyList<TensorType> inputs, Func<string, GraphException> fault) =>
        inputs[0].Element == ElementType.Int64 ? inputs[0].Shape
        : throw fault($"{node.Operator} needs int64 indices, and '{node.Inputs[0]}' is {inputs[0]}.");

    internal static Shape RequireTable(Node node, IReadOnlyList<TensorType> inputs, Func<string, GraphException> fault)
    {
        if (inputs.Count < 2 || inputs[1].Shape.Rank != 2) throw fault($"{node.Operator} needs a weight of rows and features.");
        TensorType weight = inputs[1];
        bool fits = weight.Element switch
        {
            ElementType.Float32 => true,
            ElementType.QUInt8 or ElementType.QUInt4x2 => weight.Quantization is { Axis: 0, HasFloatZeroPoints: true },
            _ => false,
        };
        return fits ? weight.Shape : throw fault($"the weight is {weight}: it must be floats, or quint8 or quint4x2 with a float zero point a row.");
    }
}
