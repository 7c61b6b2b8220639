using System.Numerics;

namespace QuantPS.Quantization;

/// <summary>The smallest and the largest real value that codes are to represent.</summary>
/// <param name="Minimum">The smallest value.</param>
/// <param name="Maximum">The largest value.</param>
public readonly record struct QuantRange(float Minimum, float Maximum)
{
    /// <summary>The range of nothing: any value widens it.</summary>
    public static QuantRange Empty { get; } = new(float.PositiveInfinity, float.NegativeInfinity);

    /// <summary>Whether no value has widened it yet.</summary>
    public bool IsEmpty => Minimum > Maximum;

    /// <summary>The range of the given values; <see cref="Empty"/> for none, and NaN at both ends where one of them is NaN.</summary>
    public static QuantRange Of(ReadOnlySpan<float> values)
    {
        QuantRange range = Empty;
        int done = 0;
        if (values.Length >= Vector<float>.Count)
        {
            Vector<float> smallest = new(range.Minimum), largest = new(range.Maximum);
            for (; done <= values.Length - Vector<float>.Count; done += Vector<float>.Count)
            {
                Vector<float> next = new(values[done..]);
                smallest = Vector.Min(smallest, next);
                largest = Vector.Max(largest, next);
            }
            for (int i = 0; i < Vector<float>.Count; i++)
                range = range.Union(new QuantRange(smallest[i], largest[i]));
        }
        foreach (float value in values[done..]) range = range.Union(new QuantRange(value, value));
        return range;
    }

    /// <summary>The smallest range that holds both.</summary>
    public QuantRange Union(QuantRange other) => new(MathF.Min(Minimum, other.Minimum), MathF.Max(Maximum, other.Maximum));
}
