using System.Collections.Immutable;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Tests.Training;
using QuantPS.Torch;
using QuantPS.Training;
using TorchSharp;

namespace QuantPS.OracleTests.Training;

/// <summary>Ten steps of the trainer against the same steps written out in libtorch's operators.</summary>
public sealed class TrainingParityTests
{
    // A batch holds all images: an epoch is a step.
    private static readonly TrainingOptions Options = new()
    {
        Epochs = 10, BatchSize = 16, LearningRate = 0.02, WeightDecay = 0.01, Schedule = LearningRateSchedule.Step, StepEpochs = 6,
        Augment = false, Threads = 1, Seed = 4,
    };

    private static readonly ImageDataset Images = DrawnImages.Create(16);

    [Theory]
    [InlineData(TrainingOptimizer.Sgd)]
    [InlineData(TrainingOptimizer.Adam)]
    [InlineData(TrainingOptimizer.AdamW)]
    public void Training_in_float_equals_the_plain_steps(TrainingOptimizer optimizer) => AssertParity(Options with { Optimizer = optimizer }, null);

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack)]
    [InlineData(QuantizationBackend.Fbgemm)]
    public void Training_with_fake_quantization_equals_the_plain_steps(QuantizationBackend backend) => AssertParity(Options, QConfig.ForTraining(backend));

    [Theory]
    [InlineData(QuantizationBackend.Qnnpack, TrainingOptimizer.Sgd)]
    [InlineData(QuantizationBackend.Fbgemm, TrainingOptimizer.Sgd)]
    [InlineData(QuantizationBackend.Fbgemm, TrainingOptimizer.AdamW)]
    public void Training_with_pytorch_s_numerics_equals_its_fused_operator(QuantizationBackend backend, TrainingOptimizer optimizer)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Graph graph = SmallNetwork.Model().Graph;
        TrainingOptions options = Options with { Optimizer = optimizer, LearningRate = optimizer == TrainingOptimizer.Sgd ? 0.02 : 0.002 };
        QConfig qconfig = QConfig.ForTraining(backend);
        TrainingResult trained = new TorchTrainer().Train(new()
        {
            Graph = graph, Options = options, Training = Images, Preprocessing = DrawnImages.Preprocessing, QConfig = qconfig,
            Plan = QuantizationPlanner.Create(graph, new()), PyTorchNumerics = true,
        }, null, TestContext.Current.CancellationToken);

        var reference = new ReferenceNetwork(graph, qconfig, fused: true);
        double[] losses = Train(reference, options);

        Assert.Equal(losses, trained.Epochs.Select(epoch => epoch.TrainingLoss), (a, b) => Math.Abs(a - b) <= 1e-5);
        foreach ((string name, Tensor tensor) in trained.Graph.Constants.Where(constant => constant.Value.Element == ElementType.Float32 && constant.Key != "depthwise.weight" && !IsNoise(constant.Key, options)))
            Assert.Equal(reference[name].data<float>().ToArray(), tensor.ToFloats(), Near);
        Assert.Equal((5, 3), (trained.Ranges.Count, trained.WeightRanges.Count));
        foreach ((string name, QuantRange range) in trained.Ranges) Assert.Equal(reference.FusedRanges(name), [range], Near);
        foreach ((string name, ImmutableArray<QuantRange> ranges) in trained.WeightRanges) Assert.Equal(reference.FusedRanges(name), ranges, Near);
    }

    /// <summary>
    /// A bias before a normalization has a gradient of rounding errors alone, which AdamW, having no L2 penalty beside it, makes a full step of;
    /// it shows in the mean, and nowhere else.
    /// </summary>
    private static bool IsNoise(string name, TrainingOptions options) =>
        options.Optimizer == TrainingOptimizer.AdamW && name is ("conv2.bias" or "bn2.running_mean");

    private static bool Near(QuantRange expected, QuantRange actual) => Near(expected.Minimum, actual.Minimum) && Near(expected.Maximum, actual.Maximum);

    private static void AssertParity(TrainingOptions options, QConfig? qconfig)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        Graph graph = WithoutTies(SmallNetwork.Model().Graph);
        TrainingResult trained = new TorchTrainer().Train(new()
        {
            Graph = graph, Options = options, Training = Images, Preprocessing = DrawnImages.Preprocessing, QConfig = qconfig,
            Plan = qconfig is null ? null : QuantizationPlanner.Create(graph, new()),
        }, null, TestContext.Current.CancellationToken);

        var reference = new ReferenceNetwork(graph, qconfig);
        double[] losses = Train(reference, options);

        // An activation on the verge between two codes falls to one of them by its last bit, which moves one step's loss this much.
        Assert.Equal(losses, trained.Epochs.Select(epoch => epoch.TrainingLoss), (a, b) => Math.Abs(a - b) < 1e-4);
        foreach ((string name, Tensor tensor) in trained.Graph.Constants.Where(constant => constant.Value.Element == ElementType.Float32))
        {
            if (name == "depthwise.weight" || IsNoise(name, options)) continue;
            Assert.Equal(reference[name].data<float>().Select(value => (double)value), tensor.ToFloats().Select(value => (double)value), Near);
        }
        Assert.Equal(reference.Ranges.Keys.Order(), trained.Ranges.Keys.Order());
        foreach ((string name, QuantRange range) in reference.Ranges)
            Assert.Equal([range.Minimum, range.Maximum], [trained.Ranges[name].Minimum, trained.Ranges[name].Maximum], Near);
    }

    /// <summary>
    /// The weight that is largest in its channel falls on 127.5 steps. Where it is negative, the last bit decides between the codes -127
    /// and -128; where it is positive, both are 127.
    /// </summary>
    private static Graph WithoutTies(Graph graph)
    {
        var constants = new Dictionary<string, Tensor>(graph.Constants);
        foreach ((string name, Tensor weight) in graph.Constants.Where(constant => constant.Value.Shape.Rank > 1))
        {
            float[] values = weight.ToFloats();
            int size = values.Length / weight.Shape[0];
            for (int channel = 0; channel < values.Length; channel += size) values[channel] = 1.25f * values.AsSpan(channel, size).ToArray().Max(MathF.Abs);
            constants[name] = Tensor.From<float>(values, weight.Shape);
        }
        return graph.With(constants: constants);
    }

    private static double[] Train(ReferenceNetwork network, TrainingOptions options)
    {
        torch.set_num_threads(1);
        using torch.optim.Optimizer optimizer = options.Optimizer switch
        {
            TrainingOptimizer.Adam => torch.optim.Adam(network.Parameters, options.LearningRate, 0.9, 0.999, weight_decay: options.WeightDecay),
            TrainingOptimizer.AdamW => torch.optim.AdamW(network.Parameters, options.LearningRate, 0.9, 0.999, weight_decay: options.WeightDecay),
            _ => torch.optim.SGD(network.Parameters, options.LearningRate, options.Momentum, weight_decay: options.WeightDecay),
        };
        var losses = new double[options.Epochs];
        for (int step = 0; step < losses.Length; step++)
        {
            foreach (torch.optim.ILearningRateController group in optimizer.ParamGroups) group.LearningRate = step < 6 ? options.LearningRate : options.LearningRate / 10;
            ImageBatch batch = new BatchReader(Images, DrawnImages.Preprocessing, [3, 8, 8], 16).Single();
            torch.Tensor input = torch.tensor(batch.Input.ToArray(), [16, 3, 8, 8]).permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
            torch.Tensor labels = torch.tensor(batch.Labels.ToArray(), torch.int64);
            torch.Tensor loss = torch.nn.functional.cross_entropy(network.Forward(input), labels);
            optimizer.zero_grad();
            loss.backward();
            optimizer.step();
            losses[step] = loss.item<float>();
        }
        return losses;
    }

    private static bool Near(double expected, double actual) => Math.Abs(expected - actual) <= 1e-5 * Math.Max(1, Math.Abs(expected));

    private static bool Near(float expected, float actual) => Near((double)expected, actual);
}
