namespace QuantPS.Engine;

/// <summary>The index of each step in its sample: 0, 1, 2, ... (<c>torch.arange</c>), int64, for an input (batch, steps) of int64.</summary>
public sealed record Positions : Node
{
    /// <inheritdoc/>
    public override string Operator => "arange";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireRank(inputs, 0, 2);
        return inputs[0].Element == ElementType.Int64 ? inputs[0] : throw Fault($"{Operator} needs an int64 input, and '{Inputs[0]}' is {inputs[0]}.");
    }
}
