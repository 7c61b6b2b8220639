using System.Collections.Immutable;

namespace QuantPS.Engine;

/// <summary>
/// x * scale + shift with numbers of each channel: how GoogLeNet and Inception v3 of torchvision bring images to the mean and deviation
/// that they were trained for (<c>_transform_input</c>). The product is rounded, then the sum.
/// </summary>
public sealed record TransformInput : Node
{
    /// <summary>What each channel is multiplied by.</summary>
    public required ImmutableArray<float> Scale { get; init; }

    /// <summary>What is added to each channel after that.</summary>
    public required ImmutableArray<float> Shift { get; init; }

    /// <inheritdoc/>
    public override string Operator => "transform_input";

    /// <inheritdoc/>
    public override string Attributes => FormattableString.Invariant($"scale {string.Join(' ', Scale)}, shift {string.Join(' ', Shift)}");

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = RequireRank(inputs, 0, 4);
        return Scale.Length == x[1] && Shift.Length == x[1]
            ? inputs[0]
            : throw Fault($"{Scale.Length} factors and {Shift.Length} summands do not fit {x[1]} channels.");
    }
}
