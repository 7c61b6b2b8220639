using System.Runtime.Loader;
using QuantPS.Analysis;
using QuantPS.Bridges;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Training;

namespace QuantPS.Tests.Training;

[Collection(TrainingCollection.Name)]
public sealed class ModelTrainerTests
{
    private static readonly TrainingOptions Quick = new()
    {
        Epochs = 3, BatchSize = 16, LearningRate = 0.05, Augment = false, Threads = 1, Seed = 5,
    };

    private static readonly TrainingData Data = new(DrawnImages.Create(64), DrawnImages.Create(32, seed: 2));

    [Fact]
    public void The_loss_falls_in_float()
    {
        QuantModel trained = TrainFloat(Quick);

        Assert.Equal(ModelPrecision.Float32, trained.Precision);
        AssertLearned(trained);
    }

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Fbgemm)]
    public void The_loss_falls_with_fake_quantization(QuantizationBackend backend)
    {
        QuantModel trained = TrainQuantized(SmallNetwork.Model(), Quick, backend);

        Assert.Equal((ModelPrecision.Int8, backend), (trained.Precision, trained.Backend));
        AssertLearned(trained);
    }

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Fbgemm)]
    public void The_converted_network_computes_what_was_trained(QuantizationBackend backend)
    {
        // One batch of all images and no change: ranges that hold every value, so that codes of fbgemm do not pass the 127 at which its
        // fake quantization ends (and its kernels do not).
        TrainingOptions still = Quick with { Epochs = 1, BatchSize = 64, LearningRate = 1e-30, FreezeBatchNormEpoch = 0 };
        QuantModel trained = ModelTrainer.TrainQuantized(TrainFloat(Quick with { LearningRate = 0.005 }), Data with { Validation = Data.Training },
            new() { Backend = backend, Training = still }, cancel: Cancel);

        (double loss, double top1) = Measure(trained, Data.Training);
        EpochRecord last = Epochs(trained)[^1];
        Assert.Equal(last.ValidationLoss!.Value, loss, 0.003 * loss);
        Assert.Equal(last.ValidationTop1!.Value, top1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_linear_layer_takes_its_normalization_along(bool pyTorchNumerics)
    {
        QuantModel start = ModelTrainer.TrainFloat(SmallNetwork.WithNormalizedFeatures(), Data, Quick with { Epochs = 8 }, cancel: Cancel);
        TrainingOptions still = Quick with { Epochs = 1, BatchSize = 64, LearningRate = 1e-30, FreezeBatchNormEpoch = 0 };
        QuantModel trained = ModelTrainer.TrainQuantized(start, Data with { Validation = Data.Training },
            new() { Backend = QuantizationBackend.Qnnpack, PyTorchNumerics = pyTorchNumerics, Training = still }, cancel: Cancel);

        AssertLearned(start);
        (double loss, double top1) = Measure(trained, Data.Training);
        EpochRecord last = Epochs(trained)[^1];
        Assert.Equal(last.ValidationLoss!.Value, loss, 0.003 * loss);
        Assert.Equal(last.ValidationTop1!.Value, top1);
        Assert.DoesNotContain(trained.Graph.Nodes, node => node is Quantize { Inputs: ["hidden" or "bn1"] });
        Assert.DoesNotContain(trained.Graph.Nodes, node => node is BatchNorm);
    }

    [Fact]
    public void Every_operator_computes_what_the_engine_computes()
    {
        QuantModel trained = ModelTrainer.TrainFloat(SmallNetwork.WithAllOperators(), Data, Quick with { Epochs = 1 }, cancel: Cancel);

        (double loss, double top1) = Measure(trained);
        EpochRecord last = Epochs(trained)[^1];
        Assert.Equal(last.ValidationLoss!.Value, loss, 1e-5);
        Assert.Equal(last.ValidationTop1!.Value, top1);
    }

    [Fact]
    public void Every_operator_trains_with_fake_quantization()
    {
        QuantModel trained = TrainQuantized(SmallNetwork.WithAllOperators(), Quick with { Epochs = 1 });

        Assert.Equal(Epochs(trained)[^1].ValidationLoss!.Value, Measure(trained).Loss, 0.02);
    }

    [Theory]
    [InlineData(true, "conv2")]
    [InlineData(false, "conv2")]
    [InlineData(false)]
    public void What_is_not_fused_or_skipped_trains_too(bool fuse, params string[] skip)
    {
        TrainingOptions still = Quick with { Epochs = 1, BatchSize = 64, LearningRate = 1e-30, FreezeBatchNormEpoch = 0 };
        QuantModel trained = ModelTrainer.TrainQuantized(TrainFloat(Quick with { LearningRate = 0.005 }), Data with { Validation = Data.Training },
            new() { Backend = QuantizationBackend.Qnnpack, Training = still, Plan = new() { Fuse = fuse, SkipModules = [.. skip] } }, cancel: Cancel);

        Assert.Equal(Epochs(trained)[^1].ValidationLoss!.Value, Measure(trained, Data.Training).Loss, 0.002);
        Assert.Equal(!skip.Contains("conv2"), trained.Graph.Constants["conv2.weight"].Element == ElementType.QInt8);
    }

    [Fact]
    public void The_same_seed_gives_the_same_weights_and_another_seed_others()
    {
        TrainingOptions options = Quick with { Epochs = 1, Augment = true };
        byte[] first = Weight(TrainQuantized(SmallNetwork.Model(), options));

        Assert.Equal(first, Weight(TrainQuantized(SmallNetwork.Model(), options)));
        Assert.NotEqual(first, Weight(TrainQuantized(SmallNetwork.Model(), options with { Seed = 6 })));

        static byte[] Weight(QuantModel model) => model.Graph.Constants["fc.weight"].Bytes.ToArray();
    }

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Fbgemm)]
    public void A_channel_whose_normalization_folds_it_to_nothing_gives_no_nan(QuantizationBackend backend)
    {
        QuantModel vanishing = SmallNetwork.Model().With(("bn1.weight", Tensor.From<float>([0, 1e-12f, 1, 1, 1, 1, 1, 1])));
        QuantModel trained = TrainQuantized(vanishing, Quick, backend);

        AssertLearned(trained);
        Assert.True(double.IsFinite(Measure(trained).Loss));
    }

    [Fact]
    public void A_channel_that_was_folded_to_nothing_comes_back()
    {
        QuantModel vanishing = SmallNetwork.Model().With(
            ("bn1.weight", Tensor.From<float>([0, 1, 1, 1, 1, 1, 1, 1])), ("bn1.bias", Tensor.From<float>([1, 1, 1, 1, 1, 1, 1, 1])));
        TrainingResult result = TrainGraph(vanishing.Graph, Quick);

        Assert.NotInRange(result.Graph.Constants["bn1.weight"].As<float>()[0], -1e-4f, 1e-4f);
    }

    [Fact]
    public void Frozen_normalizations_keep_their_running_statistics_and_count_no_batches()
    {
        TrainingResult result = TrainGraph(SmallNetwork.Model().Graph, Quick with { FreezeBatchNormEpoch = 1 });
        TrainingResult one = TrainGraph(SmallNetwork.Model().Graph, Quick with { FreezeBatchNormEpoch = 0 });

        Assert.Equal(4, result.Graph.Constants["bn1.num_batches_tracked"].As<long>()[0]);
        Assert.Equal(0, one.Graph.Constants["bn1.num_batches_tracked"].As<long>()[0]);
        Assert.Equal(new float[8], one.Graph.Constants["bn1.running_mean"].ToFloats());
        Assert.NotEqual(new float[8], result.Graph.Constants["bn1.running_mean"].ToFloats());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Until_the_epoch_that_rounds_a_training_is_that_in_float(bool pyTorchNumerics)
    {
        TrainingOptions options = Quick with { Epochs = 3, FakeQuantizeEpoch = 2, FreezeBatchNormEpoch = 3, FreezeObserverEpoch = 3, Schedule = LearningRateSchedule.Constant };
        QuantModel inFloat = ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, options, cancel: Cancel);
        QuantModel late = Train(options), early = Train(options with { FakeQuantizeEpoch = 0 });

        Assert.Equal(Epochs(inFloat)[1].TrainingLoss, Epochs(late)[1].TrainingLoss, 1e-5);
        Assert.NotEqual(Epochs(inFloat)[2].TrainingLoss, Epochs(late)[2].TrainingLoss);
        Assert.NotEqual(Epochs(inFloat)[1].TrainingLoss, Epochs(early)[1].TrainingLoss);
        Assert.Equal(Epochs(inFloat)[1].ValidationLoss!.Value, Epochs(late)[1].ValidationLoss!.Value, 1e-5);
        Assert.NotEqual(Epochs(inFloat)[2].ValidationLoss, Epochs(late)[2].ValidationLoss);
        Assert.Equal(("2", "3", ModelPrecision.Int8), (late.History[^1].Settings["FakeQuantizeEpoch"], late.History[^1].Settings["BestEpoch"], late.Precision));

        QuantModel Train(TrainingOptions chosen) => ModelTrainer.TrainQuantized(SmallNetwork.Model(), Data, new() { PyTorchNumerics = pyTorchNumerics, Training = chosen }, cancel: Cancel);
    }

    [Fact]
    public void Frozen_observers_keep_their_ranges()
    {
        // At a rate of nothing and with frozen normalizations an epoch changes nothing but observers.
        TrainingOptions still = Quick with { LearningRate = 1e-30, FreezeBatchNormEpoch = 0, FreezeObserverEpoch = 1, Epochs = 1 };

        QuantRange afterOne = TrainGraph(SmallNetwork.Model().Graph, still).Ranges["relu2"];
        Assert.Equal(afterOne, TrainGraph(SmallNetwork.Model().Graph, still with { Epochs = 2 }).Ranges["relu2"]);
        Assert.NotEqual(afterOne, TrainGraph(SmallNetwork.Model().Graph, still with { Epochs = 2, FreezeObserverEpoch = null }).Ranges["relu2"]);
    }

    [Fact]
    public void Observers_that_would_see_no_data_are_an_error_before_anything_is_trained()
    {
        var told = new List<EpochRecord>();
        var error = Assert.Throws<QuantPSException>(() => ModelTrainer.TrainQuantized(SmallNetwork.Model(), Data with { EpochDone = told.Add },
            new() { Training = Quick with { FreezeObserverEpoch = 1, FakeQuantizeEpoch = 1 } }, cancel: Cancel));

        Assert.Equal("ObserverWithoutData", error.ErrorId);
        Assert.Contains("frozen from epoch 1", error.Message);
        Assert.Empty(told);
    }

    [Fact]
    public void A_cancelled_training_stops_after_the_batch_in_work()
    {
        using var stop = new CancellationTokenSource();
        var batches = new List<TrainingProgress>();
        var progress = new Listener(report =>
        {
            batches.Add(report);
            if (report.Batch == 2) stop.Cancel();
        });

        Assert.ThrowsAny<OperationCanceledException>(() => ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, Quick, progress, stop.Token));
        Assert.Equal([(1, 1, 4), (1, 2, 4)], batches.Select(report => (report.Epoch, report.Batch, report.Batches)));
    }

    [Fact]
    public void Progress_tells_every_batch_of_training_and_validation()
    {
        var batches = new List<TrainingProgress>();
        QuantModel trained = ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, Quick with { Epochs = 1 }, new Listener(batches.Add), Cancel);

        Assert.Equal([(1, false), (2, false), (3, false), (4, false), (1, true), (2, true)], batches.Select(report => (report.Batch, report.Validating)));
        EpochRecord epoch = Assert.Single(Epochs(trained));
        Assert.Equal((batches[3].Loss, batches[3].Top1), (epoch.TrainingLoss, epoch.TrainingTop1));
        Assert.Equal((batches[5].Loss, batches[5].Top1), (epoch.ValidationLoss!.Value, epoch.ValidationTop1!.Value));
    }

    [Fact]
    public void A_training_leaves_no_tensors_behind_however_it_ends()
    {
        long Left(Action train)
        {
            long before = LiveTensors();
            train();
            return LiveTensors() - before;
        }

        // TorchSharp counts a parameter twice when it is made and once when it goes.
        const int parameters = 9;
        Assert.Equal(parameters, Left(() => TrainQuantized(SmallNetwork.Model(), Quick)));
        Assert.Equal(parameters, Left(() => TrainFloat(Quick with { Optimizer = TrainingOptimizer.Adam })));
        Assert.Equal(parameters, Left(() => Assert.Throws<QuantPSException>(() => TrainFloat(Quick with { LearningRate = 1e30 }))));
        Assert.Equal(parameters, Left(() => ModelTrainer.TrainQuantized(SmallNetwork.Model(), Data, new() { PyTorchNumerics = true, Training = Quick }, cancel: Cancel)));
        using TemporaryFolder folder = new();
        TrainingOptions kept = Quick with { Optimizer = TrainingOptimizer.AdamW, Checkpoint = new(folder.At("training"), Resume: true) };
        using var stop = new CancellationTokenSource();
        Assert.Equal(parameters, Left(() => Assert.ThrowsAny<OperationCanceledException>(() =>
            ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, kept, new Listener(report => { if (report.Epoch == 2) stop.Cancel(); }), stop.Token))));
        Assert.Equal(parameters, Left(() => TrainFloat(kept)));
        // Of another network, which has six.
        Assert.Equal(6, Left(() => Assert.Throws<QuantPSException>(() => ModelTrainer.TrainFloat(SmallNetwork.WithNormalizedFeatures(), Data, kept, cancel: Cancel))));
    }

    [Fact]
    public void A_loss_that_is_not_finite_is_an_error_that_names_epoch_and_batch()
    {
        var error = Assert.Throws<QuantPSException>(() => TrainFloat(Quick with { LearningRate = 1e30 }));

        Assert.Equal("LossNotFinite", error.ErrorId);
        Assert.Matches(@"in epoch 1, batch [2-4] of 4\.", error.Message);
        Assert.Matches("The first layer whose activations went wrong is '[a-z]+[12]'\\.", error.Message);
    }

    [Fact]
    public void A_loss_that_is_not_finite_names_the_first_layer_that_went_wrong()
    {
        QuantModel model = SmallNetwork.Model().With(("bn2.weight", Tensor.From<float>([1, 1, 1, float.PositiveInfinity, 1, 1, 1, 1])));

        var error = Assert.Throws<QuantPSException>(() => ModelTrainer.TrainFloat(model, Data, Quick, cancel: Cancel));

        Assert.Equal(("LossNotFinite", "bn2"), (error.ErrorId, error.Target));
        Assert.Contains("in epoch 1, batch 1 of 4. The first layer whose activations went wrong is 'bn2'.", error.Message);
    }

    [Fact]
    public void A_loss_that_diverges_is_one_warning_with_advice()
    {
        var warnings = new List<string>();

        ModelTrainer.TrainFloat(SmallNetwork.WithFeatures(64), Data with { Warning = warnings.Add },
            Quick with { Epochs = 10, LearningRate = 3, WeightDecay = 1.5, WarmUpEpochs = 9 }, cancel: Cancel);

        Assert.Matches(@"^The training diverges: in epoch \d+, batch [1-4] of 4, the loss is .* Try a tenth of the learning rate 3, .*clipping\.$", Assert.Single(warnings));
    }

    [Fact]
    public void Clipped_gradients_move_the_weights_by_their_norm()
    {
        QuantModel before = SmallNetwork.WithFeatures(64);
        TrainingOptions step = Quick with { Epochs = 1, BatchSize = 64, LearningRate = 0.5, Momentum = 0, WeightDecay = 0, Schedule = LearningRateSchedule.Constant };

        Assert.Equal(0.5 * 0.01, Moved(step with { GradientClip = 0.01 }), 1e-6);
        Assert.True(Moved(step) > 0.01);

        double Moved(TrainingOptions options)
        {
            Graph after = ModelTrainer.TrainFloat(before, Data, options, cancel: Cancel).Graph;
            return Math.Sqrt(before.Graph.Constants.Where(constant => constant.Value.Element == ElementType.Float32).Sum(constant =>
                constant.Value.ToFloats().Zip(after.Constants[constant.Key].ToFloats(), (old, now) => Math.Pow(now - old, 2)).Sum()));
        }
    }

    [Theory]
    [InlineData(QuantizationBackend.X86)]
    [InlineData(QuantizationBackend.Onednn)]
    public void Every_backend_trains(QuantizationBackend backend) => AssertLearned(TrainQuantized(SmallNetwork.Model(), Quick, backend));

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Fbgemm)]
    public void PyTorch_s_numerics_train_and_convert(QuantizationBackend backend)
    {
        QuantModel trained = ModelTrainer.TrainQuantized(SmallNetwork.Model(), Data, new() { Backend = backend, PyTorchNumerics = true, Training = Quick }, cancel: Cancel);

        AssertLearned(trained);
        Assert.InRange(Measure(trained).Top1, 90, 100);
        // The moving average lags behind the weights, so that its scales are not those of their own range.
        Tensor weight = trained.Graph.Constants["fc.weight"];
        Assert.NotEqual(127.5f * (float)weight.Quantization!.Scales[0], weight.ToFloats().Max(MathF.Abs), 1e-4f);
    }

    [Theory]
    [InlineData(TrainingOptimizer.Sgd, 0.05)]
    [InlineData(TrainingOptimizer.Adam, 0.005)]
    [InlineData(TrainingOptimizer.AdamW, 0.005)]
    public void Every_optimizer_learns(TrainingOptimizer optimizer, double rate) => AssertLearned(TrainFloat(Quick with
    {
        Optimizer = optimizer, LearningRate = rate, Nesterov = optimizer == TrainingOptimizer.Sgd, Schedule = LearningRateSchedule.OneCycle, Epochs = 4,
    }));

    [Fact]
    public void Smoothed_labels_raise_the_loss_of_the_training_alone()
    {
        TrainingOptions still = Quick with { Epochs = 1, LearningRate = 1e-30, FreezeBatchNormEpoch = 0 };
        QuantModel start = TrainFloat(Quick);
        var data = new TrainingData(Data.Training, Data.Training);
        EpochRecord plain = Epochs(ModelTrainer.TrainFloat(start, data, still, cancel: Cancel))[0];
        EpochRecord smooth = Epochs(ModelTrainer.TrainFloat(start, data, still with { LabelSmoothing = 0.1 }, cancel: Cancel))[0];

        Assert.Equal(plain.ValidationLoss!.Value, smooth.ValidationLoss!.Value, 1e-6);
        Assert.True(smooth.TrainingLoss > plain.TrainingLoss + 0.05, $"{smooth} {plain}");
    }

    [Fact]
    public void The_best_epoch_is_kept_unless_the_last_is_asked_for_and_training_ends_when_none_gets_better()
    {
        // More and more of the weights decays: the first epochs are the best.
        QuantModel start = TrainFloat(Quick);
        TrainingOptions options = Quick with { Epochs = 12, LearningRate = 0.5, WeightDecay = 2, WarmUpEpochs = 11, Patience = 2 };
        QuantModel trained = ModelTrainer.TrainFloat(start, Data, options, cancel: Cancel);
        QuantModel last = ModelTrainer.TrainFloat(start, Data, options with { KeepLast = true }, cancel: Cancel);

        EpochRecord[] epochs = Epochs(trained);
        int best = int.Parse(trained.History[^1].Settings["BestEpoch"], System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(best + 2, epochs.Length);
        Assert.InRange(epochs.Length, 3, 11);
        Assert.Equal(epochs[best - 1].ValidationLoss!.Value, Measure(trained).Loss, 1e-5);
        Assert.NotEqual(epochs[^1].ValidationLoss!.Value, Measure(trained).Loss, 1e-5);
        Assert.Equal(epochs.Length, Epochs(last).Length);
        Assert.Equal(epochs[^1].ValidationLoss!.Value, Measure(last).Loss, 1e-5);
        Assert.DoesNotContain("BestEpoch", last.History[^1].Settings.Keys);
    }

    [Fact]
    public void Accuracies_in_float_with_fake_quantization_and_in_int8_and_the_noise_of_the_layers_are_in_the_history()
    {
        QuantModel trained = TrainQuantized(SmallNetwork.Model(), Quick);

        Assert.Equal(["FakeQuantizedTop1", "FloatTop1", "Int8Top1"], trained.History[^1].Measures.Keys);
        Assert.Equal(Epochs(trained)[^1].ValidationTop1!.Value, trained.History[^1].Measures["FakeQuantizedTop1"]);
        Assert.Equal(Measure(trained).Top1, trained.History[^1].Measures["Int8Top1"]);
        Assert.Superset(new HashSet<string> { "conv2", "fc" }, trained.History[^1].Layers.Select(layer => layer.Module).ToHashSet());
        Assert.InRange(trained.History[^1].Layers[0].Sqnr, 15, 70);
    }

    [Fact]
    public void Options_that_exclude_each_other_are_an_error()
    {
        TrainingOptions[] wrong = [Quick with { Nesterov = true, Momentum = 0 }, Quick with { Nesterov = true, Optimizer = TrainingOptimizer.Adam }, Quick with { WarmUpEpochs = 3 }];
        Assert.Equal("TrainingOptionsContradict", Assert.Throws<QuantPSException>(() => TrainQuantized(SmallNetwork.Model(), Quick with { FakeQuantizeEpoch = 3 })).ErrorId);

        Assert.All(wrong, options => Assert.Equal("TrainingOptionsContradict", Assert.Throws<QuantPSException>(() => TrainFloat(options)).ErrorId));
        Assert.Equal("TrainingOptionsContradict", Assert.Throws<QuantPSException>(() =>
            ModelTrainer.TrainFloat(SmallNetwork.Model(), new(Data.Training), Quick with { Patience = 1 }, cancel: Cancel)).ErrorId);
    }

    [Fact]
    public void Without_cuda_the_error_says_what_it_needs() =>
        Assert.Equal("CudaUnavailable", Assert.Throws<QuantPSException>(() => TrainFloat(Quick with { Device = TrainingDevice.Cuda })).ErrorId);

    [Fact]
    public void Each_epoch_is_told_when_it_is_done()
    {
        var told = new List<EpochRecord>();
        QuantModel trained = ModelTrainer.TrainFloat(SmallNetwork.Model(), Data with { EpochDone = told.Add }, Quick, cancel: Cancel);

        Assert.Equal(Epochs(trained), told);
    }

    [Fact]
    public void Without_libtorch_the_error_names_the_missing_files()
    {
        string name = $"Torch{Guid.NewGuid():N}";
        string folder = Directory.CreateDirectory(Path.Combine(Bridge.Root, name)).FullName;
        try
        {
            File.Copy(Path.Combine(Bridge.Root, "Torch", "QuantPS.Torch.dll"), Path.Combine(folder, $"QuantPS.{name}.dll"));
            File.Copy(Path.Combine(Bridge.Root, "Torch", "TorchSharp.dll"), Path.Combine(folder, "TorchSharp.dll"));

            var error = Assert.Throws<QuantPSException>(() => Bridge.Load<ITrainer>(name));

            Assert.Equal("TorchUnavailable", error.ErrorId);
            Assert.Contains("LibTorchSharp", error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void A_layer_that_cannot_be_trained_is_an_error_that_names_it()
    {
        Graph graph = SmallNetwork.WithFeatures(64).Graph;
        graph = graph.With(nodes: [.. graph.Nodes, new Tanh { Name = "last", Inputs = ["fc"] }], output: "last");

        var error = Assert.Throws<QuantPSException>(() => ModelTrainer.TrainFloat(SmallNetwork.Model() with { Graph = graph }, Data, Quick, cancel: Cancel));

        Assert.Equal(("ModelNotTrainable", "last"), (error.ErrorId, error.Target));
    }

    [Fact]
    public void A_quantized_graph_is_not_trained_as_it_is()
    {
        QuantModel trained = TrainQuantized(SmallNetwork.Model(), Quick with { Epochs = 1 });

        Assert.Equal("ModelAlreadyQuantized", Assert.Throws<QuantPSException>(() => ModelTrainer.TrainFloat(trained, Data, Quick, cancel: Cancel)).ErrorId);
        Assert.Equal("ModelNotTrainable", Assert.Throws<QuantPSException>(() => TrainGraph(trained.Graph, Quick)).ErrorId);
    }

    [Fact]
    public void The_history_holds_the_settings_and_the_epochs()
    {
        ModelStep step = TrainQuantized(SmallNetwork.Model(), Quick with { Epochs = 2 }, QuantizationBackend.Fbgemm).History[^1];

        Assert.Equal("QuantizationAwareTraining", step.Name);
        Assert.Equal(("fbgemm", "2", "0.05", "Sgd"), (step.Settings["Backend"], step.Settings["Epochs"], step.Settings["LearningRate"], step.Settings["Optimizer"]));
        Assert.Equal(("1", "1"), (step.Settings["FreezeObserverEpoch"], step.Settings["FreezeBatchNormEpoch"]));
        Assert.Equal([1, 2], step.Records.Cast<EpochRecord>().Select(epoch => epoch.Epoch));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static QuantModel TrainFloat(TrainingOptions options) => ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, options, cancel: Cancel);

    private static QuantModel TrainQuantized(QuantModel model, TrainingOptions options, QuantizationBackend backend = QuantizationBackend.Qnnpack) =>
        ModelTrainer.TrainQuantized(model, Data, new() { Backend = backend, Training = options }, cancel: Cancel);

    private static TrainingResult TrainGraph(Graph graph, TrainingOptions options) => Bridge.Load<ITrainer>("Torch").Train(new()
    {
        Graph = graph, Options = options, Training = Data.Training, Preprocessing = DrawnImages.Preprocessing,
        Plan = QuantizationPlanner.Create(graph, new()), QConfig = QConfig.ForTraining(QuantizationBackend.Qnnpack),
    }, null, Cancel);

    private static EpochRecord[] Epochs(QuantModel model) => [.. model.History[^1].Records.Cast<EpochRecord>()];

    private static void AssertLearned(QuantModel model)
    {
        EpochRecord[] epochs = Epochs(model);
        Assert.True(epochs[^1].TrainingLoss < epochs[0].TrainingLoss / 2 && epochs[^1].ValidationTop1 > 90, string.Join(Environment.NewLine, epochs.AsEnumerable()));
    }

    /// <summary>Cross-entropy and accuracy, on the validation images unless others are given, computed by the engine.</summary>
    private static (double Loss, double Top1) Measure(QuantModel model, ImageDataset? data = null)
    {
        AccuracyReport report = ModelAccuracy.Measure(model, data ?? Data.Validation!, batchSize: 32, threads: 1, cancel: Cancel);
        return (report.Loss, report.Top1);
    }

    private static long LiveTensors()
    {
        AssemblyLoadContext home = AssemblyLoadContext.GetLoadContext(Bridge.Load<ITrainer>("Torch").GetType().Assembly)!;
        Type tensor = home.Assemblies.Single(assembly => assembly.GetName().Name == "TorchSharp").GetType("TorchSharp.torch+Tensor")!;
        return (long)tensor.GetProperty("TotalCount")!.GetValue(null)!;
    }

    private sealed class Listener(Action<TrainingProgress> listen) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => listen(value);
    }
}
