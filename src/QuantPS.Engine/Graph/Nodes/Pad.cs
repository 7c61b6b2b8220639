using System.Collections.Immutable;

namespace QuantPS.Engine;

/// <summary>Zeros put around the value (<c>torch.nn.functional.pad</c> in the constant mode).</summary>
public sealed record Pad : Node
{
    /// <summary>How many zeros go before each dimension, outermost first.</summary>
    public required ImmutableArray<int> Before { get; init; }

    /// <summary>How many zeros go behind each dimension, outermost first.</summary>
    public required ImmutableArray<int> After { get; init; }

    /// <inheritdoc/>
    public override string Operator => "pad";

    /// <inheritdoc/>
    public override string Attributes => $"before {string.Join('x', Before)}, after {string.Join('x', After)}";

    /// <inheritdoc/>
    public override TensorType InferType(IReadOnlyList<TensorType> inputs)
    {
        RequireFloat(inputs);
        Shape x = inputs[0].Shape;
        if (Before.Length != x.Rank || After.Length != x.Rank || Before[0] != 0 || After[0] != 0 || Before.Any(p => p < 0) || After.Any(p => p < 0))
            throw Fault($"a padding ({Attributes}) does not fit an input of {x}; the batch cannot be padded.");
        int[] sizes = new int[x.Rank];
        for (int d = 0; d < x.Rank; d++) sizes[d] = checked(Before[d] + x[d] + After[d]);
        return TensorType.Float(Shape.Create(sizes));
    }
}
