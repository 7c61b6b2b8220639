using System.Runtime.InteropServices;
using QuantPS.Analysis;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Training;

namespace QuantPS.Tests.Training;

/// <summary>What of a trained network goes into the training of another.</summary>
[Collection(TrainingCollection.Name)]
public sealed class TransferTests
{
    private static readonly TrainingOptions Quick = new() { Epochs = 3, BatchSize = 16, LearningRate = 0.05, Augment = false, Threads = 1, Seed = 5 };

    private static readonly TrainingData Data = new(DrawnImages.Create(64), DrawnImages.Create(32, seed: 2));

    private static readonly Lazy<QuantModel> Float = new(() => ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, Quick));

    private static readonly Lazy<QuantModel> Int8 = new(() => Quantize(QuantizationBackend.Fbgemm));

    [Fact]
    public void A_new_classifier_has_the_number_of_classes_and_the_names_of_the_images()
    {
        QuantModel trained = ModelTrainer.TrainFloat(Float.Value with { Labels = ["a", "b", "c", "d"] }, Data, Quick, cancel: Cancel, transfer: new() { ClassCount = 6 });

        Assert.Equal(Shape.Create([6, 128]), trained.Graph.Constants["fc.weight"].Shape);
        Assert.Equal(Data.Training.Classes, trained.Labels);
        Assert.Equal("6", trained.History[^1].Settings["ClassCount"]);
        Assert.True(Top1(trained) > 90);
    }

    [Theory]
    [InlineData("conv1", "bn1")]
    [InlineData("*1")]
    public void Frozen_modules_keep_weights_and_statistics_and_the_others_learn(params string[] freeze)
    {
        QuantModel before = SmallNetwork.Model();
        QuantModel after = ModelTrainer.TrainFloat(before, Data, Quick with { Epochs = 1, FreezeModules = [.. freeze] }, cancel: Cancel);

        string[] changed = [.. before.Graph.Constants.Where(constant => !constant.Value.Bytes.SequenceEqual(after.Graph.Constants[constant.Key].Bytes)).Select(constant => constant.Key).Order()];
        Assert.Equal(["bn1.num_batches_tracked", "bn2.bias", "bn2.num_batches_tracked", "bn2.running_mean", "bn2.running_var", "bn2.weight",
            "conv2.bias", "conv2.weight", "fc.bias", "fc.weight"], changed.Union(["bn1.num_batches_tracked"]).Order());
    }

    [Fact]
    public void A_network_of_which_all_is_frozen_is_an_error() =>
        Assert.Equal("NothingToTrain", Assert.Throws<QuantPSException>(() =>
            ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, Quick with { FreezeModules = ["*"] }, cancel: Cancel)).ErrorId);

    [Fact]
    public void A_frozen_module_that_is_not_there_is_an_error() =>
        Assert.Equal("ModuleNotFound", Assert.Throws<QuantPSException>(() =>
            ModelTrainer.TrainFloat(SmallNetwork.Model(), Data, Quick with { FreezeModules = ["layer9"] }, cancel: Cancel)).ErrorId);

    [Fact]
    public void The_head_of_a_float_network_learns_alone()
    {
        QuantModel trained = ModelTrainer.TrainFloat(Float.Value, Data, Quick, cancel: Cancel, transfer: new() { ClassCount = 4, HeadOnly = true });

        Assert.True(trained.Graph.Constants["conv2.weight"].Bytes.SequenceEqual(Float.Value.Graph.Constants["conv2.weight"].Bytes));
        Assert.True(Top1(trained) > 90);
    }

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Fbgemm)]
    public void The_head_of_an_int8_network_learns_on_what_the_engine_gives_and_the_rest_stays(QuantizationBackend backend)
    {
        QuantModel int8 = Quantize(backend);
        QuantModel trained = Train(int8, new() { ClassCount = 5, HeadOnly = true }, Quick with { Epochs = 4 });

        Assert.Equal((ModelPrecision.Int8, backend), (trained.Precision, trained.Backend));
        Assert.Equal(Shape.Create([5, 128]), trained.Graph.Constants["fc.weight"].Shape);
        Assert.Equal(ElementType.QInt8, trained.Graph.Constants["fc.weight"].Element);
        foreach ((string name, Tensor tensor) in int8.Graph.Constants.Where(constant => !constant.Key.StartsWith("fc.")))
            Assert.True(tensor.Bytes.SequenceEqual(trained.Graph.Constants[name].Bytes), name);
        ModelStep step = trained.History[^1];
        Assert.Equal("HeadTraining", step.Name);
        // What was trained on the engine's features is what the engine computes: to the rounding of the classifier's results.
        Assert.InRange(step.Measures["Int8Top1"], 90, 100);
        Assert.Equal(step.Measures["FakeQuantizedTop1"], step.Measures["Int8Top1"], 3.2);
    }

    [Fact]
    public void A_head_whose_loss_is_not_finite_is_an_error_that_names_it()
    {
        var error = Assert.Throws<QuantPSException>(() => Train(Int8.Value, new() { HeadOnly = true }, Quick with { LearningRate = 1e38 }));

        Assert.Equal(("LossNotFinite", "fc"), (error.ErrorId, error.Target));
    }

    [Fact]
    public void A_head_that_is_trained_with_PyTorch_s_numerics_has_the_scales_of_its_moving_average()
    {
        QuantModel trained = ModelTrainer.TrainQuantized(Int8.Value, Data,
            new() { Transfer = new() { HeadOnly = true }, PyTorchNumerics = true, Training = Quick with { WeightDecay = 1 } }, cancel: Cancel);

        // The weights decay faster than the average follows; scales of their own range would give the largest weight of each class the code 127 or -128.
        Tensor weight = trained.Graph.Constants["fc.weight"];
        sbyte[] codes = MemoryMarshal.Cast<byte, sbyte>(weight.Bytes).ToArray();
        Assert.All(codes.Chunk(weight.Shape[1]), row => Assert.InRange(row.Max(code => Math.Abs((int)code)), 1, 126));
    }

    [Fact]
    public void Fine_tuning_starts_from_the_dequantized_weights()
    {
        // At a rate of nothing the training only observes: the weights stay those that the codes stand for, and have the same codes.
        QuantModel trained = Train(Int8.Value, new(), Quick with { Epochs = 1, LearningRate = 1e-30, WeightDecay = 0 });

        foreach (string name in (string[])["conv1.weight", "conv2.weight", "fc.weight"])
        {
            float[] before = Int8.Value.Graph.Constants[name].ToFloats(), after = trained.Graph.Constants[name].ToFloats();
            Assert.All(before.Zip(after), pair => Assert.Equal(pair.First, pair.Second, 0.004));
        }
        Assert.Equal(Int8.Value.Graph.Nodes.Select(node => node.Name), trained.Graph.Nodes.Select(node => node.Name));
        Assert.InRange(Top1(trained), 90, 100);
    }

    [Fact]
    public void The_head_of_another_network_is_not_trained_on()
    {
        using var folder = new TemporaryFolder();
        TrainingOptions once = Quick with { Epochs = 1 };
        var head = new TransferOptions { ClassCount = 5, HeadOnly = true };
        Train(Int8.Value, head, once with { Checkpoint = new(folder.At("training")) });
        Train(Int8.Value, head, once with { Checkpoint = new(folder.At("training"), Resume: true) });

        Graph graph = Int8.Value.Graph;
        Tensor weight = graph.Constants["conv1.weight"];
        byte[] codes = weight.Bytes.ToArray();
        codes[0] ^= 1;
        QuantModel other = Int8.Value with { Graph = graph.With(constants: graph.Constants.ToDictionary(
            constant => constant.Key, constant => constant.Key == "conv1.weight" ? new Tensor(weight.Element, weight.Shape, codes, weight.Quantization) : constant.Value)) };
        var error = Assert.Throws<QuantPSException>(() => Train(other, head, once with { Checkpoint = new(folder.At("training"), Resume: true) }));

        Assert.Equal("CheckpointMismatch", error.ErrorId);
        Assert.Contains("Backbone", error.Message);
    }

    [Fact]
    public void Fine_tuning_starts_from_float_weights_and_the_trained_head_where_they_are_given()
    {
        QuantModel head = Train(Int8.Value, new() { ClassCount = 5, HeadOnly = true }, Quick);
        QuantModel trained = Train(head, new() { FloatModel = Float.Value }, Quick with { Epochs = 1, LearningRate = 0.005 });

        Assert.Equal(5, trained.Graph.Constants["fc.weight"].Shape[0]);
        Assert.InRange(Top1(trained), 90, 100);
        Assert.InRange(trained.History[^1].Measures["FloatTop1"], 90, 100);
    }

    [Fact]
    public void A_dynamically_quantized_network_is_fine_tuned_from_its_weights()
    {
        QuantModel dynamic = DynamicQuantizer.Quantize(Float.Value, new()).Model;

        Assert.Equal(ModelPrecision.Int8, Train(dynamic, new(), Quick with { Epochs = 1, LearningRate = 0.005 }).Precision);
    }

    [Fact]
    public void A_float_model_of_another_network_is_an_error() =>
        Assert.Equal("FloatModelMismatch", Assert.Throws<QuantPSException>(() => Train(Int8.Value,
            new() { FloatModel = SmallNetwork.WithFeatures(32) }, Quick)).ErrorId);

    [Fact]
    public void A_network_without_a_classifier_is_an_error()
    {
        QuantModel headless = Float.Value with { Graph = Float.Value.Graph.With(nodes: [.. Float.Value.Graph.Nodes[..^1]], output: "flatten") };

        Assert.Equal("ClassifierNotFound", Assert.Throws<QuantPSException>(() =>
            ModelTrainer.TrainFloat(headless, Data, Quick, cancel: Cancel, transfer: new() { ClassCount = 4 })).ErrorId);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static QuantModel Train(QuantModel model, TransferOptions transfer, TrainingOptions options) => ModelTrainer.TrainQuantized(
        model, Data, new() { Backend = model.Backend ?? QuantizationBackend.Fbgemm, Transfer = transfer, Training = options }, cancel: Cancel);

    private static QuantModel Quantize(QuantizationBackend backend) => ModelTrainer.TrainQuantized(
        Float.Value, Data, new() { Backend = backend, Training = Quick with { Epochs = 1, LearningRate = 0.005 } });

    private static double Top1(QuantModel model) => ModelAccuracy.Measure(model, Data.Validation!, batchSize: 32, threads: 1, cancel: Cancel).Top1;
}
