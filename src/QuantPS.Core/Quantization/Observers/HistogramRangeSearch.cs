namespace QuantPS.Quantization;

/// <summary>
/// The search for the range of a histogram that loses least in the L2 norm when its values go into 256 codes: from both ends, the side
/// that drops more bins for a hundred-thousandth of the values gives way, until the error grows.
/// </summary>
/// <remarks>
/// Source: torchao/quantization/pt2e/observer.py, <c>HistogramObserver._non_linear_param_search</c>, after caffe2's
/// <c>NormMinimization::NonlinearQuantizationParamsSearch</c>. The number of codes is 256 for reduced ranges too, as there.
/// </remarks>
internal static class HistogramRangeSearch
{
    private const int Codes = 256;
    private const double Step = 1e-5;

    /// <summary>The range; the whole one where every narrower one is worse.</summary>
    public static QuantRange Search(ReadOnlySpan<float> histogram, QuantRange range)
    {
        int bins = histogram.Length;
        float binWidth = (range.Maximum - range.Minimum) / bins;
        var cumulative = new float[bins];
        float sum = 0;
        for (int bin = 0; bin < bins; bin++) cumulative[bin] = sum += histogram[bin];
        double total = sum;

        double alpha = 0, beta = 1, least = double.PositiveInfinity;
        int start = 0, end = bins - 1;
        while (alpha < beta)
        {
            double nextAlpha = alpha + Step, nextBeta = beta - Step;
            float lower = (float)(nextAlpha * total), upper = (float)(nextBeta * total);
            int left = start, right = end;
            while (left < end && cumulative[left] < lower) left++;
            while (right > start && cumulative[right] > upper) right--;

            int nextStart = start, nextEnd = end;
            if (left - start > end - right) (nextStart, alpha) = (left, nextAlpha);
            else (nextEnd, beta) = (right, nextBeta);
            if (nextStart == start && nextEnd == end) continue;

            double error = Error(histogram, range, nextStart, nextEnd);
            if (error > least) break;
            (least, start, end) = (error, nextStart, nextEnd);
        }
        return new QuantRange(range.Minimum + binWidth * start, range.Minimum + binWidth * (end + 1));
    }

    // Values are taken to lie evenly in their bin; each part of a bin is charged its distance to the centre of the code it falls to.
    private static double Error(ReadOnlySpan<float> histogram, QuantRange range, int start, int end)
    {
        double binWidth = ((double)range.Maximum - range.Minimum) / histogram.Length;
        double codeWidth = binWidth * (end - start + 1) / Codes;
        if (codeWidth == 0) return 0;
        float half = (float)(codeWidth / 2), width = (float)codeWidth, source = (float)binWidth;
        double error = 0;
        for (int bin = 0; bin < histogram.Length; bin++)
        {
            float begin = (bin - start) * source, finish = begin + source;
            float firstCode = Math.Clamp(MathF.Floor(begin / width), 0, Codes - 1);
            float lastCode = Math.Clamp(MathF.Floor(finish / width), 0, Codes - 1);
            float density = histogram[bin] / source;
            error += Norm(begin - (firstCode + 0.5f) * width, half, density)
                + (lastCode - firstCode - 1) * Norm(-half, half, density)
                + Norm(-half, finish - (lastCode * width + half), density);
        }
        return error;
    }

    private static float Norm(float begin, float end, float density) => density * ((end * end * end - begin * begin * begin) / 3);
}
