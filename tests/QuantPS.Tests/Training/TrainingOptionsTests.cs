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

    [Fact]
    public void One_cycle_rises_to_the_rate_at_three_tenths_and_falls_to_nearly_nothing()
    {
        var options = new TrainingOptions { LearningRate = 0.5, Schedule = LearningRateSchedule.OneCycle, Epochs = 4 };

        double[] rates = [.. Enumerable.Range(0, 40).Select(batch => options.LearningRateAt(batch / 10, batch % 10, 10))];

        // torch.optim.lr_scheduler.OneCycleLR(max_lr=0.5, total_steps=40): steps 0, 11 and 39, and halfway up and down.
        Assert.Equal([0.02, 0.5, 0.5 / 25 / 1e4], [rates[0], rates[11], rates[39]], Near);
        Assert.Equal(0.26, (rates[5] + rates[6]) / 2, 10);
        Assert.Equal((0.5 + 0.5 / 25 / 1e4) / 2, rates[25], 10);
        Assert.All(rates[..11].Zip(rates[1..12]), pair => Assert.True(pair.First < pair.Second));
        Assert.All(rates[11..39].Zip(rates[12..]), pair => Assert.True(pair.First > pair.Second));
    }

    [Fact]
    public void Warm_up_rises_evenly_and_the_schedule_begins_behind_it()
    {
        var options = new TrainingOptions { LearningRate = 0.5, Epochs = 4, WarmUpEpochs = 2 };

        Assert.Equal([0.025, 0.05, 0.5], [options.LearningRateAt(0, 0, 10), options.LearningRateAt(0, 1, 10), options.LearningRateAt(1, 9, 10)], Near);
        Assert.Equal([0.5, 0.25], [options.LearningRateAt(2, 0, 10), options.LearningRateAt(3, 0, 10)], Near);
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) < 1e-12;
}
