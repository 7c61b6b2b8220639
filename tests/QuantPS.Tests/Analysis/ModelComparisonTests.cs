using QuantPS.Analysis;
using QuantPS.Data;

namespace QuantPS.Tests.Analysis;

public sealed class ModelComparisonTests
{
    private static readonly ImageDataset _images = ColourNet.Images(["a", "b", "c"], (0, [255, 0, 0]), (1, [0, 255, 0]), (0, [0, 0, 255]));

    // The chance that a median lies between the order statistics, after the binomial distribution: tables of the sign test.
    [Theory]
    [InlineData(1, 1, 1, 0)]
    [InlineData(5, 1, 5, 0.9375)]
    [InlineData(6, 1, 6, 0.96875)]
    [InlineData(9, 2, 8, 0.9609375)]
    [InlineData(15, 4, 12, 0.96484375)]
    [InlineData(25, 8, 18, 0.95671)]
    public void The_interval_of_a_median_is_that_of_the_sign_test(int count, int lower, int upper, double confidence)
    {
        ConfidenceInterval interval = ConfidenceInterval.OfMedian([.. Enumerable.Range(1, count).Select(i => (double)i)]);

        Assert.Equal((lower, upper), (interval.Lower, interval.Upper));
        Assert.Equal(confidence, interval.Confidence, 1e-5);
    }

    [Fact]
    public void The_ratio_of_signal_to_noise_is_what_one_works_out_by_hand()
    {
        LayerDifference layer = LayerComparer.Compare(ColourNet.Create(), ColourNet.Create(1.1f), _images, cancel: TestContext.Current.CancellationToken)
            .Single(layer => layer.Module == "linear");

        Assert.Equal(20, layer.Sqnr, 1e-4);
        Assert.Equal(0.1 / 3, layer.MeanError, 1e-6);
        Assert.Equal(0.1, layer.MaxError, 1e-6);
    }

    [Fact]
    public void A_model_does_not_differ_from_itself() => Assert.All(
        LayerComparer.Compare(ColourNet.Create(), ColourNet.Create(), _images, cancel: TestContext.Current.CancellationToken),
        layer => Assert.Equal((double.PositiveInfinity, 0, 0), (layer.Sqnr, layer.MeanError, layer.MaxError)));

    [Fact]
    public void A_layer_that_gives_no_numbers_is_the_worst()
    {
        ModelComparison comparison = Compare(ColourNet.Create(float.NaN), ComparisonParts.Layers);

        Assert.Equal(("linear", double.NaN), (comparison.WorstLayer!.Module, comparison.WorstLayer.Sqnr));
    }

    [Fact]
    public void Models_with_other_inputs_have_no_layers_in_common() => Assert.Equal("ModelsNotAlike", Assert.Throws<QuantPSException>(
        () => LayerComparer.Compare(ColourNet.Create(), QuantPS.Zoo.Architectures.Find("cifar_resnet20").Create(0), _images, cancel: TestContext.Current.CancellationToken)).ErrorId);

    [Fact]
    public void Accuracy_is_compared_in_points()
    {
        ModelComparison comparison = Compare(ColourNet.Create(0), ComparisonParts.Accuracy);

        Assert.Equal((200.0 / 3, 200.0 / 3, 0.0), (comparison.Reference!.Accuracy!.Top1, comparison.Top1, comparison.AccuracyDrop));
        Assert.Equal(200.0 / 3 - 100.0 / 3, Compare(ColourNet.Create(-1), ComparisonParts.Accuracy).AccuracyDrop!.Value, 1e-9);
        Assert.Null(comparison.Latency);
        Assert.Empty(comparison.Layers);
    }

    [Fact]
    public void Times_are_taken_in_rounds_and_their_ratio_has_a_range_around_it()
    {
        LatencyComparison latency = Compare(ColourNet.Create(), ComparisonParts.Latency).Latency!;

        Assert.Equal(9, latency.Rounds);
        Assert.True(latency.Runs >= 9 && latency.Ms > 0 && latency.ReferenceMs > 0);
        Assert.InRange(latency.Ratio, latency.Interval.Lower, latency.Interval.Upper);
        Assert.Equal(0.9609375, latency.Interval.Confidence, 1e-9);
    }

    private static ModelComparison Compare(QuantModel model, ComparisonParts parts) =>
        new ModelComparer(ColourNet.Create(), _images) { Duration = TimeSpan.FromMilliseconds(5), Rounds = 9 }
            .Compare(model, parts, cancel: TestContext.Current.CancellationToken);
}
