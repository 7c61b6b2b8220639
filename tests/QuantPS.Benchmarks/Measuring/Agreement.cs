namespace QuantPS.Benchmarks.Measuring;

/// <summary>How the output of an engine agrees with that of QuantPS in the same precision.</summary>
/// <param name="Cosine">The cosine of the angle between the two.</param>
/// <param name="LargestError">The largest difference, as a share of the largest element.</param>
internal readonly record struct Agreement(double Cosine, double LargestError)
{
    /// <summary>Below this the two do not run the same model.</summary>
    private const double LowestCosine = 0.99;

    public bool IsGood => Cosine >= LowestCosine;

    public static Agreement Of(ReadOnlySpan<float> ours, ReadOnlySpan<float> theirs)
    {
        double dot = 0, ourSquares = 0, theirSquares = 0, error = 0, largest = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            (double a, double b) = (ours[i], theirs[i]);
            (dot, ourSquares, theirSquares) = (dot + a * b, ourSquares + a * a, theirSquares + b * b);
            (error, largest) = (Math.Max(error, Math.Abs(a - b)), Math.Max(largest, Math.Abs(a)));
        }
        return new Agreement(dot / Math.Sqrt(ourSquares * theirSquares), error / largest);
    }
}
