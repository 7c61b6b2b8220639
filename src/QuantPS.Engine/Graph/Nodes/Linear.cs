namespace QuantPS.Engine;

/// <summary>x W^T + b (<c>torch.nn.Linear</c>). Inputs: x with its features last, weight (out, in), and, where there is one, bias.</summary>
/// <remarks>A weight in float16 is computed with in float32, as PyTorch's dynamic linear layers of that type do.</remarks>
public sealed record Linear : Node
{
    /// <inheritdoc/>
    public override string Operator => "linear";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat([.. inputs.Select((type, i) => i == 1 && type.Element == ElementType.Float16 ? TensorType.Float(type.Shape) : type)]);
        Shape x = inputs[0].Shape, weight = RequireRank(inputs, 1, 2);
        if (x.Rank < 2 || x[x.Rank - 1] != weight[1])
            throw Fault($"a weight of {weight} does not fit an input of {x}.");
        if (inputs.Count > 2 && (inputs[2].Shape.Rank != 1 || inputs[2].Shape[0] != weight[0]))
            throw Fault($"a bias of {inputs[2].Shape} does not fit {weight[0]} outputs.");
        return TensorType.Float(x.With(x.Rank - 1, weight[0]));
    }
}
