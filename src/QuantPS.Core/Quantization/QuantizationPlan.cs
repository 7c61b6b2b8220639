using System.Collections.Immutable;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>What of a float graph becomes int8: which values get codes, and whose range they take.</summary>
/// <remarks>
/// Values are named as in the graph. Folding a batch normalization keeps the names, so that a plan made before holds after.
/// </remarks>
/// <param name="Observed">The values with a range of their own, in the order in which they are computed: the graph's input, and what
/// convolutions, linear layers, sums, products, joins and hardswish give, behind the activation that belongs to them.</param>
/// <param name="Shared">The values that take the codes of another: what pools, reshapes and other operators give that pass codes through,
/// each with the observed or fixed value whose range it shares.</param>
/// <param name="Weights">The constants that become int8, each with the node that uses it.</param>
public sealed record QuantizationPlan(
    ImmutableArray<string> Observed, ImmutableDictionary<string, string> Shared, ImmutableDictionary<string, string> Weights)
{
    /// <summary>The values whose scale and zero point their operator alone decides: what hardsigmoid and sigmoid give.</summary>
    public ImmutableDictionary<string, QuantParams> Fixed { get; init; } = ImmutableDictionary<string, QuantParams>.Empty;

    /// <summary>The value, observed or fixed, whose scale and zero point a value has, or null where it stays in float.</summary>
    public string? RangeOf(string value) => Observed.Contains(value) || Fixed.ContainsKey(value) ? value : Shared.GetValueOrDefault(value);
}
