namespace QuantPS.Engine;

/// <summary>
/// The product of two values of one shape, or of an image and a number a channel, NxCx1x1, on either side (<c>torch.mul</c>).
/// </summary>
public sealed record Multiply : Node
{
    /// <inheritdoc/>
    public override string Operator => "mul";

    /// <inheritdoc/>
    public override int DataInputCount => 2;

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        if (inputs.Count != 2) throw Fault($"{Operator} takes 2 inputs and has {inputs.Count}.");
        (Shape a, Shape b) = (inputs[0].Shape, inputs[1].Shape);
        return a.Equals(b) || Spreads(b, a) ? inputs[0]
            : Spreads(a, b) ? inputs[1]
            : throw Fault($"'{Inputs[0]}' of {a} and '{Inputs[1]}' of {b} cannot be multiplied.");
    }

    /// <summary>Whether a value has one number for each channel of an image.</summary>
    private static bool Spreads(Shape numbers, Shape image) =>
        image.Rank == 4 && numbers.Rank == 4 && numbers[0] == image[0] && numbers[1] == image[1] && numbers[2] == 1 && numbers[3] == 1;
}
