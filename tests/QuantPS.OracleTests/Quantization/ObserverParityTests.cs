using QuantPS.Engine;
using QuantPS.Engine.Kernels;
using QuantPS.OracleTests.Operators;
using QuantPS.OracleTests.Oracle;
using QuantPS.Quantization;

namespace QuantPS.OracleTests.Quantization;

/// <summary>Observers and the formulas of scales and zero points against libtorch: its kernels where it has one, else its operators.</summary>
public sealed class ObserverParityTests
{
    private static readonly Libtorch Formulas = new(ObserverSource.Text);

    // With qnnpack, libtorch ignores a reduced range.
    public ObserverParityTests()
    {
        Libtorch.Require(QEngine.Fbgemm);
        Libtorch.Engine = QEngine.Fbgemm;
    }

    [Theory]
    [InlineData(255)]
    [InlineData(127)]
    public void Affine_scales_and_zero_points_are_those_of_the_formula_in_libtorch(int highest)
    {
        QuantRange[] ranges = Ranges();
        float[] expected = Formulas.Invoke<float>("affine", Lows(ranges), Highs(ranges), HostTensor.Integers(highest));
        for (int i = 0; i < ranges.Length; i++)
        {
            QuantParams ours = QuantFormula.Affine(ranges[i], highest);
            Assert.Equal((expected[i], expected[ranges.Length + i]), (ours.Scale, ours.ZeroPoint));
        }
    }

    [Fact]
    public void Symmetric_scales_are_those_of_the_formula_in_libtorch()
    {
        QuantRange[] ranges = Ranges();
        Assert.Equal(Formulas.Invoke<float>("symmetric", Lows(ranges), Highs(ranges)), ranges.Select(QuantFormula.Symmetric));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Weights_get_libtorchs_codes(bool perChannel)
    {
        var random = new RandomValues(60);
        for (int i = 0; i < 50; i++)
        {
            (int channels, int size) = (random.Integer(1, 40), random.Integer(1, 100));
            Tensor weight = Tensor.From<float>(random.Reals(channels * size, -1, 1), [channels, size]);
            QuantParams parameters = WeightQuantizer.Observe(weight, perChannel);
            sbyte[] expected = Formulas.Invoke<sbyte>(
                perChannel ? "per_channel" : "per_tensor", HostTensor.From(weight.As<float>(), channels, size), HostTensor.From(parameters.Scales));
            Assert.Equal(expected, WeightQuantizer.Quantize(weight, parameters).As<sbyte>().ToArray());
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Scales_and_zero_points_chosen_as_it_runs_are_those_of_libtorchs_kernel(bool reduceRange)
    {
        foreach (QuantRange range in Ranges())
        {
            double[] expected = Formulas.Invoke<double>(
                "choose", HostTensor.From<float>([range.Minimum, range.Maximum]), HostTensor.Integers(reduceRange ? 1 : 0));
            DynamicParameters.Chosen ours = DynamicParameters.Choose(range.Minimum, range.Maximum, reduceRange);
            Assert.Equal(((float)expected[0], (int)expected[1]), (ours.Scale, ours.ZeroPoint));
        }
    }

    [Fact]
    public void Moving_averages_are_those_of_libtorchs_kernel()
    {
        var random = new RandomValues(61);
        for (int i = 0; i < 20; i++)
        {
            float[][] batches = [.. Enumerable.Range(0, 12).Select(_ => random.Reals(100, random.Real(-3, 1), random.Real(0, 4)))];
            var observer = new MovingAverageMinMaxObserver();
            foreach (float[] batch in batches) observer.Observe(batch);
            float[] expected = Formulas.InvokeOnList<float>("moving_average", batches.Select(batch => HostTensor.From<float>(batch)));
            AssertWithinOneUnit(expected, [observer.Range().Minimum, observer.Range().Maximum]);
        }
    }

    [Fact]
    public void Histograms_of_one_batch_are_libtorchs()
    {
        var random = new RandomValues(62);
        for (int i = 0; i < 12; i++)
        {
            float[] batch = Values(random, i, 1);
            var observer = new HistogramObserver();
            observer.Observe(batch);
            Assert.Equal(Histogram([batch])[..HistogramObserver.Bins], observer.Histogram.ToArray());
        }
    }

    /// <summary>
    /// Where batches widen the range, a sixteenth of a bin goes to one of two neighbours by the last bit of torch.linspace, which depends on
    /// the width of the processor's vectors: the sums up to each bin agree to what such a piece can hold.
    /// </summary>
    [Fact]
    public void Histograms_of_several_batches_are_those_of_the_formula_in_libtorch()
    {
        var random = new RandomValues(64);
        for (int i = 0; i < 12; i++)
        {
            float[][] batches = [.. Enumerable.Range(0, random.Integer(2, 5)).Select(batch => Values(random, i, 1 + 0.2f * batch))];
            var observer = new HistogramObserver();
            foreach (float[] batch in batches) observer.Observe(batch);
            float[] expected = Histogram(batches);
            float piece = expected[..HistogramObserver.Bins].Max() / 16 * batches.Length;
            double ours = 0, theirs = 0;
            for (int bin = 0; bin < HistogramObserver.Bins; bin++)
            {
                ours += observer.Histogram[bin];
                theirs += expected[bin];
                Assert.True(Math.Abs(ours - theirs) <= piece, $"Up to bin {bin}: libtorch {theirs}, ours {ours}.");
            }
            Assert.Equal(theirs, ours, 1e-3);
        }
    }

    [Fact]
    public void The_ranges_found_in_histograms_are_those_of_the_formula_in_libtorch()
    {
        var random = new RandomValues(65);
        for (int i = 0; i < 12; i++)
        {
            float[] histogram = Histogram([.. Enumerable.Range(0, random.Integer(1, 4)).Select(batch => Values(random, i, 1 + 0.2f * batch))]);
            float[] counts = histogram[..HistogramObserver.Bins];
            float[] expected = Formulas.Invoke<float>(
                "search", HostTensor.From<float>(counts), HostTensor.From<float>([histogram[^2]]), HostTensor.From<float>([histogram[^1]]));
            QuantRange ours = HistogramRangeSearch.Search(counts, new QuantRange(histogram[^2], histogram[^1]));
            AssertWithinOneUnit(expected, [ours.Minimum, ours.Maximum]);
        }
    }

    // The counts of the bins, then the range.
    private static float[] Histogram(IEnumerable<float[]> batches) =>
        Formulas.InvokeOnList<float>("histogram", batches.Select(batch => HostTensor.From<float>(batch)));

    // Bell curves, what ReLU leaves of them, even ones, and ones with values far outside.
    private static float[] Values(RandomValues random, int kind, float width)
    {
        var values = new float[20000];
        for (int i = 0; i < values.Length; i++)
        {
            float bell = width * (random.Real(-1, 1) + random.Real(-1, 1) + random.Real(-1, 1) + random.Real(-1, 1));
            values[i] = (kind % 4) switch { 0 => bell, 1 => MathF.Max(bell, 0), 2 => random.Real(-width, 3 * width), _ => i % 2000 == 0 ? 10 * bell : bell };
        }
        return values;
    }

    private static QuantRange[] Ranges()
    {
        var random = new RandomValues(63);
        QuantRange[] edges = [new(0, 0), new(-1, 0), new(0, 1), new(-1, 1), new(-127.5f, 127.5f), new(1e-12f, 1e-9f), new(-1e-6f, 1e-6f), new(-1e30f, 1e30f)];
        return [.. edges, .. Enumerable.Range(0, 400).Select(_ =>
        {
            float size = MathF.Exp(random.Real(-14, 8)), low = random.Real(-2, 1) * size;
            return new QuantRange(low, low + random.Real(0.001f, 2) * size);
        })];
    }

    private static HostTensor Lows(QuantRange[] ranges) => HostTensor.From<float>([.. ranges.Select(range => range.Minimum)]);

    private static HostTensor Highs(QuantRange[] ranges) => HostTensor.From<float>([.. ranges.Select(range => range.Maximum)]);

    private static void AssertWithinOneUnit(ReadOnlySpan<float> expected, ReadOnlySpan<float> actual)
    {
        for (int i = 0; i < expected.Length; i++)
            Assert.True(actual[i] >= MathF.BitDecrement(expected[i]) && actual[i] <= MathF.BitIncrement(expected[i]), $"libtorch {expected[i]:g9}, ours {actual[i]:g9}.");
    }
}
