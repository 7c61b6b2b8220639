using QuantPS.Engine;
using QuantPS.Training;

namespace QuantPS.Tests.Training;

public sealed class ModelTrainerTests
{
    private static readonly TrainingOptions Quick = new()
    {
        Epochs = 3, BatchSize = 16, LearningRate = 0.05, Augment = false, Threads = 1, Seed = 5,
    };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void The_loss_falls_in_float()
    {
        QuantModel trained = ModelTrainer.TrainFloat(SmallNetwork.Model(), new(DrawnImages.Create(64)), Quick, cancel: Cancel);

        Assert.Equal(ModelPrecision.Float32, trained.Precision);
        EpochRecord[] epochs = [.. trained.History[^1].Records.Cast<EpochRecord>()];
        Assert.Equal([1, 2, 3], epochs.Select(epoch => epoch.Epoch));
        Assert.True(epochs[2].TrainingLoss < epochs[0].TrainingLoss / 2, string.Join(", ", epochs.Select(epoch => epoch.TrainingLoss)));
    }

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Fbgemm)]
    public void The_loss_falls_with_fake_quantization(QuantizationBackend backend)
    {
        var data = new TrainingData(DrawnImages.Create(64), DrawnImages.Create(32, seed: 2));
        QuantModel trained = ModelTrainer.TrainQuantized(SmallNetwork.Model(), data, new() { Backend = backend, Training = Quick }, cancel: Cancel);

        Assert.Equal((ModelPrecision.Int8, backend), (trained.Precision, trained.Backend));
        EpochRecord[] epochs = [.. trained.History[^1].Records.Cast<EpochRecord>()];
        Assert.True(epochs[2].TrainingLoss < epochs[0].TrainingLoss / 2, string.Join(", ", epochs.Select(epoch => epoch.TrainingLoss)));
        Assert.True(epochs[2].ValidationTop1 > 90, $"{epochs[2]}");
    }
}
