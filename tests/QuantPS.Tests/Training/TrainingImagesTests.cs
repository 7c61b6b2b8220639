using QuantPS.Analysis;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Training;

namespace QuantPS.Tests.Training;

/// <summary>The images of a training: which count, and as what.</summary>
[Collection(TrainingCollection.Name)]
public sealed class TrainingImagesTests
{
    private static readonly TrainingOptions Quick = new() { Epochs = 3, BatchSize = 16, LearningRate = 0.05, Augment = false, Threads = 1, Seed = 5 };

    private static readonly TrainingData Data = new(DrawnImages.Create(64), DrawnImages.Create(32, seed: 2));

    [Fact]
    public void An_image_that_cannot_be_read_is_told_once_and_left_out()
    {
        var unreadable = new List<string>();
        var data = new TrainingData(DrawnImages.Create(64, unreadable: 9)) { Unreadable = (path, _) => unreadable.Add(path) };

        ModelTrainer.TrainFloat(SmallNetwork.Model(), data, Quick, cancel: Cancel);

        Assert.Equal(["drawn#9"], unreadable);
    }

    [Fact]
    public void A_last_batch_of_one_image_is_left_out()
    {
        QuantModel trained = ModelTrainer.TrainFloat(SmallNetwork.Model(), new(DrawnImages.Create(33)), Quick with { Epochs = 1 }, cancel: Cancel);

        Assert.Equal(2, trained.Graph.Constants["bn1.num_batches_tracked"].As<long>()[0]);
    }

    [Fact]
    public void Batches_of_one_image_are_an_error_where_normalizations_need_more()
    {
        TrainingOptions single = Quick with { Epochs = 1, BatchSize = 1, LearningRate = 0.005 };

        Assert.Equal("TrainingOptionsContradict", Assert.Throws<QuantPSException>(() => Train(single)).ErrorId);
        Assert.True(Epochs(Train(single with { FreezeBatchNormEpoch = 0 }))[0].TrainingLoss > 0);
        Assert.True(Epochs(Train(single with { FreezeModules = ["bn*"] }))[0].TrainingLoss > 0);
        Assert.True(Epochs(ModelTrainer.TrainFloat(SmallNetwork.WithFeatures(64), Data, single, cancel: Cancel))[0].TrainingLoss > 0);
    }

    [Fact]
    public void Every_image_counts_where_no_statistics_are_taken()
    {
        QuantModel model = SmallNetwork.WithFeatures(64);
        TrainingOptions step = Quick with { Epochs = 1, BatchSize = 1, LearningRate = 0.5 };
        QuantModel trained = ModelTrainer.TrainFloat(model, new(DrawnImages.Create(1)), step, cancel: Cancel);

        Assert.False(model.Graph.Constants["pixels.weight"].Bytes.SequenceEqual(trained.Graph.Constants["pixels.weight"].Bytes));
    }

    [Fact]
    public void Images_none_of_which_can_be_read_are_an_error()
    {
        var data = new TrainingData(DrawnImages.Create(1, unreadable: 0));

        Assert.Equal("NoReadableImages", Assert.Throws<QuantPSException>(() => ModelTrainer.TrainFloat(SmallNetwork.Model(), data, Quick, cancel: Cancel)).ErrorId);
    }

    [Fact]
    public void Images_that_the_network_cannot_tell_apart_are_refused()
    {
        ImageDataset images = DrawnImages.Create(8);
        var five = new ImageDataset("five", new DrawnImages(1, null), [.. images.Classes, "a fifth"], images.Labels);
        var none = new ImageDataset("none", new DrawnImages(1, null), [], [-1, -1]);

        var error = Assert.Throws<QuantPSException>(() => ModelTrainer.TrainFloat(SmallNetwork.Model(), new(five), Quick, cancel: Cancel));
        Assert.Equal("DatasetMismatch", error.ErrorId);
        Assert.Contains("'five' has 5 classes", error.Message);
        Assert.Equal("DatasetMismatch", Assert.Throws<QuantPSException>(() => ModelTrainer.TrainFloat(SmallNetwork.Model(), Data with { Validation = none }, Quick, cancel: Cancel)).ErrorId);
    }

    [Fact]
    public void Classes_are_those_that_the_model_knows_by_name()
    {
        string[] classes = [.. Data.Training.Classes];
        QuantModel model = SmallNetwork.Model() with { Labels = [.. classes.Reverse()] };
        QuantModel trained = ModelTrainer.TrainFloat(model, Data, Quick, cancel: Cancel);

        Assert.Equal(classes.Reverse(), trained.Labels);
        Assert.True(ModelAccuracy.Measure(trained, Data.Validation!, 32, 1, cancel: Cancel).Top1 > 90);
        Assert.True(Epochs(trained)[^1].ValidationTop1 > 90);
    }

    [Fact]
    public void Other_classes_become_those_of_the_model()
    {
        QuantModel model = SmallNetwork.Model() with { Labels = ["cat", "dog", "frog", "ship"] };

        Assert.Equal(Data.Training.Classes, ModelTrainer.TrainFloat(model, Data, Quick with { Epochs = 1 }, cancel: Cancel).Labels);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static QuantModel Train(TrainingOptions options) => ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, options, cancel: Cancel);

    private static EpochRecord[] Epochs(QuantModel model) => [.. model.History[^1].Records.Cast<EpochRecord>()];
}
