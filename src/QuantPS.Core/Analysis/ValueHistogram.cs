using System.Collections.Immutable;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Analysis;

/// <summary>How often each value of a tensor comes, in bins of one width.</summary>
/// <param name="Minimum">The start of the first bin.</param>
/// <param name="Maximum">The end of the last bin.</param>
/// <param name="Counts">The number of values in each bin.</param>
/// <param name="Range">The values that the lowest and the highest code stand for; null where there are no codes, or each channel has its own.</param>
public sealed record ValueHistogram(double Minimum, double Maximum, ImmutableArray<long> Counts, (double Lowest, double Highest)? Range)
{
    /// <summary>The number of bins where values are not codes of one scale, which have a bin each.</summary>
    public const int Bins = 128;

    /// <summary>The number of values.</summary>
    public long Total => Counts.Sum();

    /// <summary>The share, from 0 to 1, of the values in the bin that has 0 in it.</summary>
    public double ZeroShare
    {
        get
        {
            double width = (Maximum - Minimum) / Counts.Length;
            int bin = width > 0 ? (int)Math.Floor(-Minimum / width) : 0;
            return bin >= 0 && bin < Counts.Length && Total > 0 ? (double)Counts[bin] / Total : 0;
        }
    }

    /// <summary>The histogram of a weight; what is not finite is left out.</summary>
    public static ValueHistogram Of(Tensor weight)
    {
        float[] values = [.. weight.ToFloats().Where(float.IsFinite)];
        QuantRange range = QuantRange.Of(values);
        var counts = new long[Bins];
        Count(values, range, counts);
        return OfBins(counts, range) with { Range = RangeOf(weight.Quantization, -128, 127) };
    }

    /// <summary>Adds values to the counts of bins over a range that holds them.</summary>
    internal static void Count(ReadOnlySpan<float> values, QuantRange range, Span<long> bins)
    {
        (double minimum, double width) = (Ends(range).Minimum, (double)Ends(range).Maximum - Ends(range).Minimum);
        foreach (float value in values) bins[Math.Min((int)((value - minimum) * bins.Length / width), bins.Length - 1)]++;
    }

    /// <summary>The histogram of codes that have one scale: a bin for each from the lowest to the highest that comes.</summary>
    internal static ValueHistogram OfCodes(ReadOnlySpan<long> counts, QuantParams parameters, int highest)
    {
        int first = counts.IndexOfAnyExcept(0), last = counts.LastIndexOfAnyExcept(0);
        if (first < 0) return new ValueHistogram(0, 0, [], null);
        double Value(double code) => parameters.Scale * (code - parameters.ZeroPoint);
        return new ValueHistogram(Value(first - 0.5), Value(last + 0.5), [.. counts[first..(last + 1)]], (Value(0), Value(highest)));
    }

    /// <summary>The histogram of counted bins.</summary>
    internal static ValueHistogram OfBins(ReadOnlySpan<long> bins, QuantRange range) => new(Ends(range).Minimum, Ends(range).Maximum, [.. bins], null);

    // One value alone lies in the middle, as torch.histc has it; no value at all is none, around 0.
    private static QuantRange Ends(QuantRange range) =>
        range.Minimum < range.Maximum ? range : range.IsEmpty ? new(-1, 1) : new(range.Minimum - 1, range.Maximum + 1);

    private static (double, double)? RangeOf(QuantParams? parameters, int lowest, int highest) => parameters is { Axis: null }
        ? (parameters.Scale * (lowest - parameters.ZeroPoint), parameters.Scale * (highest - parameters.ZeroPoint)) : null;
}
