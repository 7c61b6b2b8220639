namespace QuantPS.Quantization;

/// <summary>
/// A histogram of 2,048 bins over all batches, from which the range with the least squared quantization error is searched.
/// Infinite values are left out. Memory does not grow with the data.
/// </summary>
/// <remarks>Source: torchao/quantization/pt2e/observer.py, <c>HistogramObserver</c>, with its way of merging batches of different ranges.</remarks>
public sealed class HistogramObserver : Observer
{
    /// <summary>The number of bins.</summary>
    public const int Bins = 2048;

    private const int Upsampling = 16;

    private float[] _histogram = new float[Bins];
    private QuantRange _range = QuantRange.Empty;

    /// <inheritdoc/>
    public override bool HasData => !_range.IsEmpty;

    /// <inheritdoc/>
    public override void Observe(ReadOnlySpan<float> values)
    {
        QuantRange batch = QuantRange.Of(values);
        if (float.IsInfinity(batch.Minimum) || float.IsInfinity(batch.Maximum))
        {
            values = values.ToArray().Where(float.IsFinite).ToArray();
            batch = QuantRange.Of(values);
        }
        if (batch.IsEmpty) return;
        QuantRange merged = _range.Union(batch);
        float[] histogram = Count(values, merged);
        if (!_range.IsEmpty) AddOld(histogram, merged);
        (_histogram, _range) = (histogram, merged);
    }

    /// <summary>The counts of the bins.</summary>
    internal ReadOnlySpan<float> Histogram => _histogram;

    /// <inheritdoc/>
    public override QuantRange Range() => HistogramRangeSearch.Search(_histogram, _range);

    /// <summary>Counts values into bins over a range, as <c>torch.histc</c> does.</summary>
    internal static float[] Count(ReadOnlySpan<float> values, QuantRange range)
    {
        if (range.Minimum == range.Maximum) range = new(range.Minimum - 1f, range.Maximum + 1f);
        var counts = new int[Bins];
        float width = range.Maximum - range.Minimum;
        foreach (float value in values)
            counts[Math.Min((int)((value - range.Minimum) * Bins / width), Bins - 1)]++;
        return Array.ConvertAll(counts, count => (float)count);
    }

    private void AddOld(float[] histogram, QuantRange merged)
    {
        if (merged == _range)
        {
            for (int bin = 0; bin < Bins; bin++) histogram[bin] += _histogram[bin];
            return;
        }
        if (_range.Minimum == _range.Maximum)
        {
            // Everything so far was one value: it becomes a spike. PyTorch gives it the weight of the new batch.
            float weight = histogram.Sum();
            float[] spike = Count([_range.Minimum], merged);
            for (int bin = 0; bin < Bins; bin++) histogram[bin] += spike[bin] * weight;
            return;
        }
        float fineWidth = (_range.Maximum - _range.Minimum) / (Bins * Upsampling);
        var moved = new float[Bins];
        int target = 0;
        for (int fine = 0; fine < Bins * Upsampling; fine++)
        {
            float middle = Linspace(_range, fine, Bins * Upsampling) + 0.5f * fineWidth;
            while (target < Bins - 1 && Linspace(merged, target + 1, Bins) <= middle) target++;
            moved[target] += _histogram[fine / Upsampling] / Upsampling;
        }
        for (int bin = 0; bin < Bins; bin++) histogram[bin] += moved[bin];
    }

    // torch.linspace counts from the nearer end, and so rounds.
    private static float Linspace(QuantRange range, int index, int steps)
    {
        float step = (range.Maximum - range.Minimum) / steps;
        return index < (steps + 1) / 2 ? range.Minimum + step * index : range.Maximum - step * (steps - index);
    }
}
