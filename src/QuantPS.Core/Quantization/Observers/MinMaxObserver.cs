namespace QuantPS.Quantization;

/// <summary>The smallest and the largest value of all batches.</summary>
public sealed class MinMaxObserver : Observer
{
    private QuantRange _range = QuantRange.Empty;

    /// <inheritdoc/>
    public override bool HasData => !_range.IsEmpty;

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<float> values) => _range = _range.Union(QuantRange.Of(values));

    /// <inheritdoc/>
    public override QuantRange Range() => _range;
}
