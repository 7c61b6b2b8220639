namespace QuantPS.Engine;

/// <summary>The sum of two values of one shape (<c>torch.add</c>).</summary>
public sealed record Add : Node
{
    /// <inheritdoc/>
    public override string Operator => "add";

    /// <inheritdoc/>
    public override int DataInputCount => 2;

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        if (inputs.Count != 2) throw Fault($"{Operator} takes 2 inputs and has {inputs.Count}.");
        return inputs[0].Shape.Equals(inputs[1].Shape)
            ? inputs[0]
            : throw Fault($"'{Inputs[0]}' of {inputs[0].Shape} and '{Inputs[1]}' of {inputs[1].Shape} cannot be added.");
    }
}
