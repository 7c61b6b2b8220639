namespace QuantPS.Analysis;

/// <summary>A range that the median of what was sampled lies in, and how sure that is. It assumes nothing about the distribution.</summary>
/// <param name="Lower">The lower end.</param>
/// <param name="Upper">The upper end.</param>
/// <param name="Confidence">How likely the range holds the median, from 0 to 1.</param>
public sealed record ConfidenceInterval(double Lower, double Upper, double Confidence)
{
    /// <summary>
    /// The narrowest pair of order statistics that holds the median with the wanted confidence, after the binomial distribution of how many
    /// samples lie below it; the shortest and the longest sample where there are too few of them for that.
    /// </summary>
    /// <param name="sorted">The samples, smallest first; at least one.</param>
    /// <param name="wanted">The confidence to reach, from 0 to 1.</param>
    public static ConfidenceInterval OfMedian(ReadOnlySpan<double> sorted, double wanted = 0.95)
    {
        int count = sorted.Length, left = 0;
        double chance = Math.Pow(0.5, count), outside = chance, kept = chance;
        // `outside` is the chance that at most `left` samples lie on one side of the median.
        while (2 * (left + 1) < count - 1)
        {
            chance *= (count - left) / (double)(left + 1);
            if (1 - 2 * (outside + chance) < wanted) break;
            outside += chance;
            kept = outside;
            left++;
        }
        return new ConfidenceInterval(sorted[left], sorted[^(left + 1)], Math.Max(1 - 2 * kept, 0));
    }
}
