using QuantPS.Checkpoints;
using QuantPS.Training;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks.Training;

/// <summary>A network that PyTorch trained in float.</summary>
internal sealed class FineTuning : IQatTask
{
    public string Name => "resnet20";

    public string Description => "ResNet-20 from its trained float weights";

    public TrainingOptions Options { get; } = new() { Epochs = 2 };

    public void Run(string weights, TrainingData data, TrainingOptions options, ulong[] seeds)
    {
        QuantModel start = Architectures.Find("cifar_resnet20").FromStateDict(StateDictReader.Read(weights));
        Console.WriteLine(QatRun.Heading);
        var results = new List<QatResult>();
        foreach (ulong seed in seeds) results.AddRange(new QatRun(start, data, options with { Seed = seed }).Run(QatRun.Backends));
        QatResult.PrintMeans(results);
    }
}
