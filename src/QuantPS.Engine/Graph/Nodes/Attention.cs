namespace QuantPS.Engine;

/// <summary>
/// Scaled dot-product attention of several heads (<c>torch.nn.functional.scaled_dot_product_attention</c>; Vaswani et al., 2017):
/// softmax(q k^T / sqrt(features of a head) + mask) v for each head. Inputs: q, k and v, each (batch, steps, features), the heads one
/// behind another in the features; then, where there is one, the mask (batch, steps), int64: 0 for a step that nothing may look at.
/// </summary>
/// <remarks>
/// The mask is added: 0, or the lowest float where nothing may look, as Transformers does it; so a sample of such steps alone gives the
/// mean of v.
/// </remarks>
public sealed record Attention : Node
{
    /// <summary>The number of heads.</summary>
    public required int Heads { get; init; }

    /// <inheritdoc/>
    public override string Operator => "scaled_dot_product_attention";

    /// <inheritdoc/>
    public override int DataInputCount => Inputs.Length;

    /// <inheritdoc/>
    public override string Attributes => $"{Heads} heads{(Inputs.Length > 3 ? ", masked" : "")}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        if (inputs.Count is not (3 or 4)) throw Fault($"{Operator} takes 3 or 4 inputs and has {inputs.Count}.");
        Shape q = RequireRank(inputs, 0, 3);
        for (int i = 0; i < 3; i++)
        {
            if (inputs[i].Element != ElementType.Float32) throw Fault($"{Operator} needs float32 inputs, and '{Inputs[i]}' is {inputs[i]}.");
            if (!inputs[i].Shape.Equals(q)) throw Fault($"'{Inputs[i]}' of {inputs[i].Shape} does not fit '{Inputs[0]}' of {q}.");
        }
        if (Heads < 1 || q[2] % Heads != 0) throw Fault($"{q[2]} features cannot be cut into {Heads} heads.");
        if (inputs.Count > 3 && (inputs[3].Element != ElementType.Int64 || !inputs[3].Shape.Equals(Shape.Create([q[0], q[1]]))))
            throw Fault($"the mask '{Inputs[3]}' is {inputs[3]} and must be int64[{q[0]}x{q[1]}].");
        return inputs[0];
    }
}
