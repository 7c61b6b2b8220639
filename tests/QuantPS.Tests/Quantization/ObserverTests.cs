using QuantPS.Quantization;

namespace QuantPS.Tests.Quantization;

public sealed class ObserverTests
{
    [Fact]
    public void MinMax_keeps_the_extremes_of_all_batches()
    {
        var observer = new MinMaxObserver();
        Assert.False(observer.HasData);
        observer.Observe([]);
        Assert.False(observer.HasData);
        observer.Observe([1f, 2f]);
        observer.Observe([-3f, 0f]);
        Assert.Equal(new QuantRange(-3f, 2f), observer.Range());
    }

    [Fact]
    public void A_moving_average_starts_at_the_first_batch_and_moves_a_hundredth_of_the_way()
    {
        var observer = new MovingAverageMinMaxObserver();
        observer.Observe([-1f, 1f]);
        observer.Observe([-3f, 5f]);
        Assert.Equal(new QuantRange(-1f + 0.01f * -2f, 1f + 0.01f * 4f), observer.Range());
    }

    [Fact]
    public void The_last_bin_of_a_histogram_takes_the_largest_value()
    {
        float[] histogram = HistogramObserver.Count([0f, 1f, 2048f], new QuantRange(0f, 2048f));
        Assert.Equal((1f, 1f, 1f, 3f), (histogram[0], histogram[1], histogram[2047], histogram.Sum()));
    }

    [Fact]
    public void A_histogram_keeps_every_value_however_the_range_grows()
    {
        var random = new Random(2);
        var observer = new HistogramObserver();
        for (int batch = 1; batch <= 8; batch++)
        {
            float[] values = [.. Enumerable.Range(0, 4096).Select(_ => (random.NextSingle() - 0.3f) * batch)];
            observer.Observe(values);
        }
        Assert.Equal(8 * 4096, observer.Histogram.ToArray().Sum(), 0.5f);
    }

    [Fact]
    public void An_even_histogram_keeps_its_whole_range()
    {
        var observer = new HistogramObserver();
        observer.Observe([.. Enumerable.Range(0, 1 << 16).Select(i => i / 65535f * 8f - 4f)]);
        QuantRange range = observer.Range();
        Assert.Equal(-4f, range.Minimum, 0.02f);
        Assert.Equal(4f, range.Maximum, 0.02f);
    }

    [Fact]
    public void The_range_found_loses_less_than_the_whole_range_where_outliers_stretch_it()
    {
        var random = new Random(3);
        float[] values = [.. Enumerable.Range(0, 20000).Select(_ => Gaussian(random)), 100f];
        var histogram = new HistogramObserver();
        histogram.Observe(values);
        var whole = new MinMaxObserver();
        whole.Observe(values);
        Assert.True(histogram.Range().Maximum < 100f, $"{histogram.Range()}");
        Assert.True(SquaredError(values, histogram.Range()) < SquaredError(values, whole.Range()));
    }

    [Fact]
    public void A_histogram_leaves_infinite_values_out()
    {
        var observer = new HistogramObserver();
        observer.Observe([float.PositiveInfinity, float.NegativeInfinity]);
        Assert.False(observer.HasData);
        observer.Observe([float.PositiveInfinity, 1f, -1f]);
        Assert.Equal(2f, observer.Histogram.ToArray().Sum());
    }

    [Fact]
    public void A_spike_takes_the_weight_of_the_batch_that_widens_it()
    {
        var observer = new HistogramObserver();
        observer.Observe([1f, 1f, 1f]);
        observer.Observe([0f, 2f]);
        Assert.Equal(4f, observer.Histogram.ToArray().Sum());
        Assert.Equal(2f, observer.Histogram[1024]);
    }

    private static double SquaredError(float[] values, QuantRange range)
    {
        var q = QuantFormula.Affine(range, 255);
        return values.Sum(value =>
        {
            double code = Math.Clamp(Math.Round(value / q.Scale) + q.ZeroPoint, 0, 255);
            return Math.Pow(value - (code - q.ZeroPoint) * q.Scale, 2);
        });
    }

    private static float Gaussian(Random random) =>
        (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
}
