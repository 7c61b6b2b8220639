using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Training;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks.Training;

/// <summary>A network that begins with random weights, for images as small as they are.</summary>
internal sealed class FromRandomWeights : IQatTask
{
    public string Name => "mobilenet_v2";

    public string Description => "MobileNet v2 with 32x32 input from random weights, for qnnpack";

    // While the rate is high the statistics have to follow the weights; they stay in the last epoch.
    public TrainingOptions Options { get; } = new()
    {
        Epochs = 5, BatchSize = 128, LearningRate = 0.1, Schedule = LearningRateSchedule.OneCycle, FreezeObserverEpoch = 4, FreezeBatchNormEpoch = 4,
    };

    public void Run(string weights, TrainingData data, TrainingOptions options, ulong[] seeds)
    {
        Console.WriteLine(QatRun.Heading);
        var results = new List<QatResult>();
        foreach (ulong seed in seeds) results.AddRange(new QatRun(Start(seed), data, options with { Seed = seed }).Run([QuantizationBackend.Qnnpack], compareStatic: true));
        QatResult.PrintMeans(results);
    }

    private static QuantModel Start(ulong seed)
    {
        QuantModel model = Architectures.Find("mobilenet_v2").Create(seed, classCount: 10);
        GraphInput input = model.Graph.Inputs[0];
        return model with { Graph = model.Graph.With(inputs: [input with { Shape = [3, 32, 32] }]), Preprocessing = Preprocessing.Cifar };
    }
}
