using System.Globalization;
using QuantPS.Benchmarks.Training;
using QuantPS.Bridges;
using QuantPS.Data;
using QuantPS.Training;

namespace QuantPS.Benchmarks;

/// <summary>Quantization-aware training on CIFAR-10 beside training in float: same images, seeds and settings.</summary>
internal sealed class QatAccuracy : IBenchmark
{
    private static readonly IQatTask[] s_tasks = [new FineTuning(), new Transfer(), new FromRandomWeights()];
    private static readonly int[] s_seeds = [1, 2, 3, 4, 5];

    public string Name => "qat";

    public string Description => $"trains {string.Join(", ", s_tasks.Select(task => task.Name))} for int8 against float training; needs ../shared; hours on two cores; --only TASK --seeds 1,2,3,4,5 --epochs N --images N --batch N --rate N --threads N";

    public int Run(string[] arguments)
    {
        var options = new CommandLine(arguments, "--only", "--seeds", "--epochs", "--images", "--batch", "--rate", "--threads");
        string weights = Path.Combine(Repository.Shared, "models", "cifar10-resnet20.th"), images = Path.Combine(Repository.Shared, "data", "cifar10");
        if (!File.Exists(weights) || !Directory.Exists(images))
        {
            Console.Error.WriteLine("Not measured: shared/models/cifar10-resnet20.th or shared/data/cifar10 is not there.");
            return 1;
        }
        Bridge.Root = Path.Combine(Repository.Root, "bin", "QuantPS", "bridges");
        var data = new TrainingData(ImageDataset.Open(Path.Combine(images, "train")), ImageDataset.Open(Path.Combine(images, "test")));
        if (options.Has("--images")) data = new(data.Training.Sample(options.Integer("--images", 0), seed: 0), data.Validation!.Sample(options.Integer("--images", 0), seed: 0));
        string[] chosen = options.Names("--only", s_tasks.Select(task => task.Name));
        foreach (IQatTask task in s_tasks.Where(task => chosen.Contains(task.Name)))
        {
            // The last epoch counts: none is chosen by the images that measure it.
            TrainingOptions training = task.Options with { Threads = options.Integer("--threads", Environment.ProcessorCount), KeepLast = true };
            int epochs = options.Integer("--epochs", training.Epochs);
            training = training with
            {
                Epochs = epochs, FakeQuantizeEpoch = training.FakeQuantizeEpoch * epochs / training.Epochs,
                BatchSize = options.Integer("--batch", training.BatchSize),
                LearningRate = options.Text("--rate") is { } rate ? double.Parse(rate, CultureInfo.InvariantCulture) : training.LearningRate,
            };
            Console.WriteLine($"{task.Name}: {task.Description}; {data.Training}; {data.Validation}; {training.Epochs} epochs of {training.BatchSize} images a batch, " +
                $"{training.Optimizer}, rate {training.LearningRate}, {training.Schedule}, {training.Threads} threads");
            task.Run(weights, data, training, [.. options.Integers("--seeds", s_seeds).Select(seed => (ulong)seed)]);
        }
        return 0;
    }
}
