using System.Globalization;
using QuantPS.Bridges;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Training;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks.Training;

/// <summary>The process that <see cref="EpochTime"/> starts: trains for one epoch in one way, and prints the seconds.</summary>
internal static class EpochChild
{
    public const string Name = "epoch-child", Plain = "plain";

    public static string[] Kinds { get; } = [Plain, "float", "qnnpack", "fbgemm"];

    public static string Images { get; } = Path.Combine(Repository.Shared, "data", "cifar10", "train");

    /// <param name="arguments">One of <see cref="Kinds"/>, the number of images and that of threads.</param>
    public static int Run(string[] arguments)
    {
        Bridge.Root = Path.Combine(Repository.Root, "bin", "QuantPS", "bridges");
        var data = new TrainingData(ImageDataset.Open(Images).Sample(int.Parse(arguments[1], CultureInfo.InvariantCulture), seed: 0));
        var options = new TrainingOptions { Epochs = 1, Threads = int.Parse(arguments[2], CultureInfo.InvariantCulture) };
        double seconds = arguments[0] == Plain ? PlainTraining.Epoch(data.Training, options) : Ours(arguments[0], data, options);
        Console.WriteLine(seconds.ToString(CultureInfo.InvariantCulture));
        return 0;
    }

    private static double Ours(string kind, TrainingData data, TrainingOptions options)
    {
        QuantModel model = Architectures.Find("cifar_resnet20").Create(seed: 1);
        QuantModel trained = kind == "float" ? ModelTrainer.TrainFloat(model, data, options)
            : ModelTrainer.TrainQuantized(model, data, new() { Backend = Enum.Parse<QuantizationBackend>(kind, ignoreCase: true), Training = options });
        return trained.History[^1].Records.OfType<EpochRecord>().Single().Seconds;
    }
}
