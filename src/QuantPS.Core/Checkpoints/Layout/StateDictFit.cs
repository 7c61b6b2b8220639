using QuantPS.Engine;

namespace QuantPS.Checkpoints.Layout;

/// <summary>Whether a state dict fits the network that it is for.</summary>
internal static class StateDictFit
{
    private const int ListLimit = 20, NameLimit = 200;

    /// <summary>Throws unless every entry of the network is in the state dict, with its shape, and nothing else is.</summary>
    /// <param name="name">The name of the network, for the message.</param>
    /// <param name="graph">The network, with constants of the right shapes.</param>
    /// <param name="entries">The entries of the network.</param>
    /// <param name="state">The state dict.</param>
    /// <param name="alsoMissing">Keys that are missing besides.</param>
    /// <exception cref="QuantPSException"><c>StateDictMismatch</c>: the message lists what is missing, unexpected or wrong.</exception>
    public static void Check(
        string name, Graph graph, IReadOnlyCollection<StateEntry> entries, StateDict state, IEnumerable<string>? alsoMissing = null)
    {
        string[] missing =
        [
            .. entries.Where(entry => !IsOptional(entry) && !state.ContainsKey(entry.Key)).Select(entry => entry.Key), .. alsoMissing ?? [],
        ];
        var expected = entries.Select(entry => entry.Key).ToHashSet(StringComparer.Ordinal);
        string[] unexpected = [.. state.Keys.Where(key => !expected.Contains(key)).Select(key => PlainText.Short(key, NameLimit))];
        string[] wrong =
        [
            .. from entry in entries
               where state.ContainsKey(entry.Key)
               let fault = Fault(graph, entry, state[entry.Key])
               where fault is not null
               select $"{entry.Key} {fault}",
        ];
        if (missing.Length + unexpected.Length + wrong.Length == 0) return;
        throw new QuantPSException("StateDictMismatch",
            $"The state dict does not fit {name}.{Section("Missing keys", missing)}{Section("Unexpected keys", unexpected)}{Section("Wrong values", wrong)}",
            name);
    }

    // PyTorch too takes an absent counter for 0; and a functional that nothing runs through needs no scale.
    private static bool IsOptional(StateEntry entry) => entry switch
    {
        ConstantEntry { Constant: null } or ScaleEntry { Value: null } or ZeroPointEntry { Value: null } => true,
        ConstantEntry constant => constant.Key.EndsWith(".num_batches_tracked", StringComparison.Ordinal),
        FakeQuantEntry number => number.IsOptional,
        _ => false,
    };

    private static string? Fault(Graph graph, StateEntry entry, object? value) => entry switch
    {
        ConstantEntry { Constant: null } => value is null ? null : "should be None",
        ConstantEntry constant => Fault(graph.Constants[constant.Constant], value),
        PackedEntry packed => value is PythonTuple { Count: 2 } tuple
            ? Fault(graph.Constants[packed.Weight], tuple[0])
              ?? (packed.Bias is null ? tuple[1] is null ? null : "has a bias that should be None" : Fault(graph.Constants[packed.Bias], tuple[1]))
            : "should be a tuple of weight and bias",
        DTypeEntry expected => value is DTypeReference type && type.Element == expected.Element ? null
            : $"is {Text(value)}, and only torch.{expected.Element.ToString().ToLowerInvariant()} is supported",
        ScaleEntry => NumberIn(value) is double scale ? IsScale(scale) ? null : $"is {scale}, and should be positive" : "should be one number",
        ZeroPointEntry => NumberIn(value) is double zeroPoint ? zeroPoint is >= 0 and <= 255 ? null : $"is {zeroPoint}, and should be from 0 to 255" : "should be one number",
        FakeQuantEntry number => Fault(number, value),
        _ => null,
    };

    private static string? Fault(Tensor expected, object? value) =>
        value is not Tensor tensor ? $"should be a tensor of {expected.Shape}"
        : !tensor.Shape.Equals(expected.Shape) ? $"is {tensor.Shape} and should be {expected.Shape}"
        : tensor.Element.IsQuantized() != expected.Element.IsQuantized() || (tensor.Element is ElementType.QUInt8 or ElementType.QInt32 or ElementType.QUInt4x2 && tensor.Element != expected.Element)
            ? $"is {tensor.Element.ToString().ToLowerInvariant()} and should be {expected.Element.ToString().ToLowerInvariant()}"
        : tensor.Quantization is { Axis: not (null or 0) } ? $"is quantized along dimension {tensor.Quantization.Axis}, and only 0 is supported"
        : tensor.Element is ElementType.Complex64 or ElementType.Complex128 ? "is complex and should be real"
        : tensor.Quantization is not { } codes ? null
        : !codes.Scales.ToArray().All(IsScale) ? "has a scale that is not positive"
        : codes.ZeroPoints.ContainsAnyExceptInRange(sbyte.MinValue, byte.MaxValue) ? "has a zero point beyond its codes"
        : null;

    private static string? Fault(FakeQuantEntry entry, object? value)
    {
        if (NumbersIn(value) is not { } numbers || (numbers.Length != 1 && numbers.Length != entry.Channels && entry.IsUsed))
            return entry.Channels == 1 ? "should be one number" : $"should be one number or {entry.Channels}";
        return !entry.IsUsed ? null : entry.Kind switch
        {
            FakeQuantNumber.Scale when !numbers.All(scale => IsScale(scale)) => "should be positive",
            FakeQuantNumber.Bound when !numbers.All(float.IsFinite) => "holds no range: nothing has run through the network since it was prepared",
            _ => null,
        };
    }

    // Computed with in single precision, where it must not vanish.
    private static bool IsScale(double scale) => (float)scale is > 0 and < float.PositiveInfinity;

    /// <summary>The number that a scale or a zero point is stored as: a tensor of one element, or a Python number; else null.</summary>
    public static double? NumberIn(object? value) => value switch
    {
        Tensor { Shape.ElementCount: 1, Element: not (ElementType.Complex64 or ElementType.Complex128) } tensor => tensor.ToFloats()[0],
        double number => number,
        long number => number,
        _ => null,
    };

    /// <summary>The numbers of a real tensor; null for anything else.</summary>
    public static float[]? NumbersIn(object? value) =>
        value is Tensor { Element: not (ElementType.Complex64 or ElementType.Complex128) } tensor ? tensor.ToFloats() : null;

    private static string Section(string title, string[] items) => items.Length == 0 ? ""
        : $" {title} ({items.Length}): {string.Join(", ", items.Take(ListLimit))}{(items.Length > ListLimit ? $", and {items.Length - ListLimit} more" : "")}.";

    private static string Text(object? value) => value is DTypeReference ? value.ToString()! : "not a dtype";
}
