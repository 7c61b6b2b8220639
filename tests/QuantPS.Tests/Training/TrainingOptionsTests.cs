using QuantPS.Training;

namespace QuantPS.Tests.Training;

public sealed class TrainingOptionsTests
{
    [Fact]
    public void A_constant_rate_stays()
    {
        var options = new TrainingOptions { LearningRate = 0.5, Schedule = LearningRateSchedule.Constant };

        Assert.Equal(0.5, options.LearningRateAt(epoch: 7, batch: 3, batches: 10));
    }

    [Fact]
    public void A_step_divides_the_rate_by_ten_every_so_many_epochs()
    {
        var options = new TrainingOptions { LearningRate = 0.5, Schedule = LearningRateSchedule.Step, StepEpochs = 2 };

        Assert.Equal([0.5, 0.5, 0.05, 0.05, 0.005], Enumerable.Range(0, 5).Select(epoch => options.LearningRateAt(epoch, 9, 10)), Near);
    }

    [Fact]
    public void A_cosine_falls_from_the_start_through_the_half_to_nearly_nothing()
    {
        var options = new TrainingOptions { LearningRate = 0.5, Schedule = LearningRateSchedule.Cosine, Epochs = 4 };

        Assert.Equal(0.5, options.LearningRateAt(0, 0, 10));
        Assert.Equal(0.25, options.LearningRateAt(2, 0, 10), 12);
        Assert.Equal(0.5 * (1 + Math.Cos(Math.PI * 39 / 40)) / 2, options.LearningRateAt(3, 9, 10), 12);
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;
}
