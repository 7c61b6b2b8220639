namespace QuantPS.Quantization;

/// <summary>A moving average of the batches' smallest and largest values; the first batch sets them.</summary>
public sealed class MovingAverageMinMaxObserver : Observer
{
    /// <summary>The weight of a batch in the average, as in PyTorch.</summary>
    public const float AveragingConstant = 0.01f;

    private QuantRange _range = QuantRange.Empty;

    /// <inheritdoc/>
    public override bool HasData => !_range.IsEmpty;

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<float> values)
    {
        QuantRange batch = QuantRange.Of(values);
        if (batch.IsEmpty) return;
        _range = _range.IsEmpty
            ? batch
            : new(_range.Minimum + AveragingConstant * (batch.Minimum - _range.Minimum),
                  _range.Maximum + AveragingConstant * (batch.Maximum - _range.Maximum));
    }

    /// <inheritdoc/>
    public override QuantRange Range() => _range;
}
