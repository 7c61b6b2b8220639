using QuantPS.Checkpoints;
using QuantPS.Engine;
using QuantPS.Training;

namespace QuantPS.Tests.Training;

/// <summary>Trainings that are interrupted after some batch and go on from their checkpoint.</summary>
[Collection(TrainingCollection.Name)]
public sealed class ResumedTrainingTests : IDisposable
{
    private static readonly TrainingOptions Options = new()
    {
        Epochs = 3, BatchSize = 16, LearningRate = 0.05, Threads = 1, Seed = 5, CropPadding = 1, ColorJitter = 0.2,
    };

    private static readonly TrainingData Data = new(DrawnImages.Create(60), DrawnImages.Create(32, seed: 2));

    private readonly TemporaryFolder _folder = new();

    private string File => _folder.At("training.checkpoint");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(TrainingOptimizer.Sgd, false, 3)]
    [InlineData(TrainingOptimizer.Sgd, true, 11)]
    [InlineData(TrainingOptimizer.Adam, false, 6)]
    [InlineData(TrainingOptimizer.AdamW, true, 14)]
    public void A_training_that_was_stopped_at_any_batch_ends_with_the_same_bits(TrainingOptimizer optimizer, bool pyTorchNumerics, int stopAfter)
    {
        // A network with dropout, so that what is drawn counts, too. An epoch has four batches and two of validation.
        QuantModel model = SmallNetwork.WithAllOperators();
        TrainingOptions options = Options with { Optimizer = optimizer, LearningRate = optimizer == TrainingOptimizer.Sgd ? 0.05 : 0.005 };
        QuantModel whole = Train(model, options, pyTorchNumerics);

        StopAfter(stopAfter, model, options, pyTorchNumerics);
        QuantModel resumed = Train(model, options with { Checkpoint = new(File, Resume: true) }, pyTorchNumerics);

        AssertSameBits(whole, resumed);
        Assert.Equal(Losses(whole), Losses(resumed));
    }

    [Fact]
    public void A_training_in_float_goes_on_to_the_same_bits_through_two_interruptions()
    {
        QuantModel model = SmallNetwork.Model();
        QuantModel whole = ModelTrainer.TrainFloat(model, Data, Options, cancel: Cancel);
        for (int run = 0; run < 2; run++)
        {
            using var stop = new CancellationTokenSource();
            int batches = 0;
            var listener = new Listener(_ => { if (++batches == 5) stop.Cancel(); });
            Assert.ThrowsAny<OperationCanceledException>(() =>
                ModelTrainer.TrainFloat(model, Data, Options with { Checkpoint = new(File, Resume: true) }, listener, stop.Token));
        }

        AssertSameBits(whole, ModelTrainer.TrainFloat(model, Data, Options with { Checkpoint = new(File, Resume: true) }, cancel: Cancel));
    }

    [Fact]
    public void A_training_that_is_over_gives_its_result_again_and_trains_no_more()
    {
        QuantModel model = SmallNetwork.Model();
        QuantModel trained = Train(model, Options with { Checkpoint = new(File) });
        var batches = new List<TrainingProgress>();

        QuantModel again = ModelTrainer.TrainQuantized(
            model, Data, new() { Backend = QuantizationBackend.Fbgemm, Training = Options with { Checkpoint = new(File, Resume: true) } }, new Listener(batches.Add), Cancel);

        Assert.Empty(batches);
        AssertSameBits(trained, again);
    }

    [Fact]
    public void Progress_of_a_resumed_training_counts_what_was_done_before()
    {
        StopAfter(5, SmallNetwork.Model(), Options);
        var batches = new List<TrainingProgress>();

        ModelTrainer.TrainQuantized(SmallNetwork.Model(), Data,
            new() { Backend = QuantizationBackend.Fbgemm, Training = Options with { Checkpoint = new(File, Resume: true) } }, new Listener(batches.Add), Cancel);

        // Four batches of training and two of validation an epoch; the first of validation was in work, and its epoch's training is done.
        Assert.Equal((5L, 4L, 18L), (batches[0].Done, batches[0].Before, batches[0].Total));
        Assert.Equal(18, batches[^1].Done);
        Assert.True(batches[^1].ImagesPerSecond > 0);
    }

    [Fact]
    public void A_checkpoint_is_not_lost_to_a_training_that_begins_anew_unless_that_is_asked_for()
    {
        Train(SmallNetwork.Model(), Options with { Epochs = 1, Checkpoint = new(File) });
        byte[] written = System.IO.File.ReadAllBytes(File);

        var error = Assert.Throws<QuantPSException>(() => Train(SmallNetwork.Model(), Options with { Seed = 6, Checkpoint = new(File) }));

        Assert.Equal(("CheckpointExists", File), (error.ErrorId, error.Target));
        Assert.Equal(written, System.IO.File.ReadAllBytes(File));
        Train(SmallNetwork.Model(), Options with { Epochs = 1, Seed = 6, Checkpoint = new(File, Overwrite: true) });
        Assert.NotEqual(written, System.IO.File.ReadAllBytes(File));
    }

    [Fact]
    public void A_checkpoint_of_other_settings_is_an_error_that_names_the_first_that_differs()
    {
        Train(SmallNetwork.Model(), Options with { Epochs = 1, Checkpoint = new(File) });

        var error = Assert.Throws<QuantPSException>(() => Train(SmallNetwork.Model(), Options with { Epochs = 1, Seed = 6, Checkpoint = new(File, Resume: true) }));

        Assert.Equal(("CheckpointMismatch", File), (error.ErrorId, error.Target));
        Assert.Contains("Seed 5, and this one has 6", error.Message);
    }

    [Fact]
    public void A_checkpoint_of_another_network_is_an_error_that_names_the_parameter()
    {
        ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, Options with { Epochs = 1, Checkpoint = new(File) }, cancel: Cancel);

        var error = Assert.Throws<QuantPSException>(() =>
            ModelTrainer.TrainFloat(SmallNetwork.WithAllOperators(), Data, Options with { Epochs = 1, Checkpoint = new(File, Resume: true) }, cancel: Cancel));

        Assert.Equal("CheckpointMismatch", error.ErrorId);
        Assert.Contains("depthwise", error.Message);
    }

    [Fact]
    public void A_file_that_is_no_training_is_an_error()
    {
        Checkpoint.Write(new PythonDict(), File);

        Assert.Equal("CheckpointMismatch", Assert.Throws<QuantPSException>(() =>
            Train(SmallNetwork.Model(), Options with { Checkpoint = new(File, Resume: true) })).ErrorId);
    }

    [Fact]
    public void Without_a_checkpoint_to_go_on_from_the_training_begins_with_a_warning()
    {
        var warnings = new List<string>();

        ModelTrainer.TrainFloat(SmallNetwork.Model(), Data with { Warning = warnings.Add }, Options with { Epochs = 1, Checkpoint = new(File, Resume: true) }, cancel: Cancel);

        Assert.Contains(File, Assert.Single(warnings));
        Assert.True(System.IO.File.Exists(File));
    }

    [Fact]
    public void A_checkpoint_that_cannot_be_written_is_an_error_before_anything_is_trained()
    {
        var told = new List<EpochRecord>();
        TrainingOptions options = Options with { Checkpoint = new(Path.Combine(_folder.Path, "none", "training.checkpoint")) };

        Assert.Equal("CheckpointNotWritten", Assert.Throws<QuantPSException>(() =>
            ModelTrainer.TrainFloat(SmallNetwork.Model(), Data with { EpochDone = told.Add }, options, cancel: Cancel)).ErrorId);
        Assert.Empty(told);
    }

    public static TheoryData<string, string, object> Damages => new()
    {
        { "network/state_dict", "fc.bias", Tensor.From<long>([1, 2, 3, 4]) },
        { "network/state_dict", "fc.bias", Tensor.From<float>([1, 2, 3]) },
        { "optimizer", "fc.bias.exp_avg", Tensor.From<float>([1, 2, 3]) },
        { "optimizer", "fc.bias.exp_avg_sq", Tensor.From<long>([1, 2, 3, 4]) },
        { "optimizer", "fc.bias.step", Tensor.From<float>([1], Shape.Scalar) },
        { "", "progress", PythonTuple.Create([0, -5, 1, 1, 1, 1.0, 1.0]) },
        { "", "settings", 5 },
    };

    [Theory, MemberData(nameof(Damages))]
    public void A_checkpoint_with_another_value_in_it_is_an_error(string place, string key, object value)
    {
        TrainingOptions options = Options with { Epochs = 1, Optimizer = TrainingOptimizer.Adam };
        ModelTrainer.TrainFloat(SmallNetwork.Model(), new(DrawnImages.Create(16)), options with { Checkpoint = new(File) }, cancel: Cancel);
        var root = (PythonDict)Checkpoint.Read(File)!;
        PythonDict dict = place.Split('/', StringSplitOptions.RemoveEmptyEntries).Aggregate(root, (outer, name) => (PythonDict)outer[name]!);
        dict[key] = value;
        Checkpoint.Write(root, File);

        Assert.Equal("CheckpointMismatch", Assert.Throws<QuantPSException>(() =>
            ModelTrainer.TrainFloat(SmallNetwork.Model(), new(DrawnImages.Create(16)), options with { Checkpoint = new(File, Resume: true) }, cancel: Cancel)).ErrorId);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static QuantModel Train(QuantModel model, TrainingOptions options, bool pyTorchNumerics = false) =>
        ModelTrainer.TrainQuantized(model, Data, new() { Backend = QuantizationBackend.Fbgemm, PyTorchNumerics = pyTorchNumerics, Training = options }, cancel: Cancel);

    private void StopAfter(int count, QuantModel model, TrainingOptions options, bool pyTorchNumerics = false)
    {
        using var stop = new CancellationTokenSource();
        int batches = 0;
        var listener = new Listener(_ => { if (++batches == count) stop.Cancel(); });
        Assert.ThrowsAny<OperationCanceledException>(() => ModelTrainer.TrainQuantized(model, Data,
            new() { Backend = QuantizationBackend.Fbgemm, PyTorchNumerics = pyTorchNumerics, Training = options with { Checkpoint = new(File) } }, listener, stop.Token));
    }

    private static IEnumerable<double> Losses(QuantModel model) => model.History[^1].Records.Cast<EpochRecord>().Select(epoch => epoch.TrainingLoss);

    private static void AssertSameBits(QuantModel expected, QuantModel actual)
    {
        Assert.Equal(expected.Graph.ToString(), actual.Graph.ToString());
        foreach ((string name, Tensor tensor) in expected.Graph.Constants)
            Assert.True(tensor.Bytes.SequenceEqual(actual.Graph.Constants[name].Bytes), name);
    }

    private sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value);
    }
}
