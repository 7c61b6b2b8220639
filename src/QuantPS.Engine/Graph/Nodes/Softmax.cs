namespace QuantPS.Engine;

/// <summary>exp(x) over the sum of exp(x) along the last dimension (<c>torch.softmax(x, -1)</c>).</summary>
public sealed record Softmax : Node
{
    /// <inheritdoc/>
    public override string Operator => "softmax";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        return inputs[0].Shape.Rank >= 2 ? inputs[0] : throw Fault($"an input of {inputs[0].Shape} has no dimension behind the batch.");
    }
}
