using QuantPS.Training;

namespace QuantPS.Tests.Training;

public sealed class DivergenceWatchTests
{
    [Fact]
    public void A_loss_that_falls_and_then_grows_beyond_its_start_diverges() =>
        Assert.True(Watch([.. Enumerable.Range(0, 20).Select(batch => 2.3 - 0.05 * batch), .. Enumerable.Range(0, 20).Select(batch => 1.3 + 0.5 * batch)]).Told);

    [Fact]
    public void A_loss_that_grows_from_the_beginning_diverges() =>
        Assert.True(Watch([.. Enumerable.Range(0, 20).Select(batch => 2.3 + batch)]).Told);

    [Fact]
    public void A_new_classifier_whose_loss_is_high_at_first_does_not_diverge() =>
        Assert.False(Watch([.. Enumerable.Range(0, 40).Select(batch => 2 + 20.0 / (batch + 1))]).Told);

    [Fact]
    public void Noise_around_a_small_loss_does_not_diverge() =>
        Assert.False(Watch([.. Enumerable.Range(0, 100).Select(batch => batch % 7 == 0 ? 1.5 : 0.01)]).Told);

    private static DivergenceWatch Watch(double[] losses) => losses.Aggregate(new DivergenceWatch(), (watch, loss) => watch.After(loss, classes: 10));
}
