using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Training;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks.Training;

/// <summary>A network that begins with random weights, for images as small as they are.</summary>
internal sealed class FromRandomWeights : IQatTask
{
    public string Name => "mobilenet_v2";

    public string Description => "MobileNet v2 with 32x32 input from random weights, for x86";

    // Everything still changes in the last epoch: statistics and scales have to follow the weights to the end.
    public TrainingOptions Options { get; } = new()
    {
        Epochs = 5, BatchSize = 64, Optimizer = TrainingOptimizer.AdamW, LearningRate = 0.003, WeightDecay = 0.01, Schedule = LearningRateSchedule.OneCycle,
        FakeQuantizeEpoch = 4, FreezeObserverEpoch = int.MaxValue, FreezeBatchNormEpoch = int.MaxValue,
    };

    public void Run(string weights, TrainingData data, TrainingOptions options, ulong[] seeds)
    {
        Console.WriteLine(QatRun.Heading);
        var results = new List<QatResult>();
        foreach (ulong seed in seeds) results.AddRange(new QatRun(Start(seed), data, options with { Seed = seed }).Run([QuantizationBackend.X86], compareStatic: true));
        QatResult.PrintMeans(results);
    }

    private static QuantModel Start(ulong seed)
    {
        QuantModel model = Architectures.Find("mobilenet_v2").Create(seed, classCount: 10);
        GraphInput input = model.Graph.Inputs[0];
        return model with { Graph = model.Graph.With(inputs: [input with { Shape = [3, 32, 32] }]), Preprocessing = Preprocessing.Cifar };
    }
}
