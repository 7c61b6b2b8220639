using System.Globalization;
using QuantPS.Analysis;
using QuantPS.Bridges;
using QuantPS.Checkpoints;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Training;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks;

/// <summary>
/// Quantization-aware training of the CIFAR-10 ResNet-20 for qnnpack, beside the same training in float: same images, seeds and settings.
/// </summary>
internal sealed class QatAccuracy : IBenchmark
{
    private static readonly ulong[] _seeds = [1, 2, 3];

    public string Name => "qat";

    public string Description => "QAT of ResNet-20 on CIFAR-10 against float training, 2 epochs; needs ../shared; an hour on two cores; -- qat SEED... for other seeds than 1 2 3";

    public int Run(string[] arguments)
    {
        string weights = Path.Combine(Repository.Shared, "models", "cifar10-resnet20.th"), images = Path.Combine(Repository.Shared, "data", "cifar10");
        if (!File.Exists(weights) || !Directory.Exists(images))
        {
            Console.Error.WriteLine("Not measured: shared/models/cifar10-resnet20.th or shared/data/cifar10 is not there.");
            return 1;
        }
        Bridge.Root = Path.Combine(Repository.Root, "bin", "QuantPS", "bridges");
        ulong[] seeds = arguments.Length == 0 ? _seeds : [.. arguments.Select(seed => ulong.Parse(seed, CultureInfo.InvariantCulture))];
        QuantModel start = Architectures.Find("cifar_resnet20").FromStateDict(StateDictReader.Read(weights));
        var data = new TrainingData(ImageDataset.Open(Path.Combine(images, "train")), ImageDataset.Open(Path.Combine(images, "test")));

        double before = Top1(start, data);
        Console.WriteLine(FormattableString.Invariant($"{data.Training}; {data.Validation}; before training {before:f2} %"));
        Console.WriteLine("seed  float %  fake-quantized %   int8 %   float s/epoch  QAT s/epoch");
        var rows = new List<(double Float, double Int8)>();
        foreach (ulong seed in seeds)
        {
            // The defaults, but that training in float freezes its normalizations as quantization-aware training does.
            var options = new TrainingOptions { Epochs = 2, Seed = seed, FreezeBatchNormEpoch = 1 };
            QuantModel trained = ModelTrainer.TrainFloat(start, data, options);
            QuantModel int8 = ModelTrainer.TrainQuantized(start, data, new() { Backend = QuantizationBackend.Qnnpack, Training = options });
            rows.Add((Top1(trained, data), Top1(int8, data)));
            Console.WriteLine(FormattableString.Invariant(
                $"{seed,4} {rows[^1].Float,8:f2} {Last(int8).ValidationTop1,17:f2} {rows[^1].Int8,8:f2} {Last(trained).Seconds,15:f0} {Last(int8).Seconds,12:f0}"));
        }
        Console.WriteLine(FormattableString.Invariant(
            $"mean {rows.Average(row => row.Float),8:f2} {rows.Average(row => row.Int8),26:f2}   gain over the start {rows.Average(row => row.Int8) - before:f2}, loss against float {rows.Average(row => row.Float - row.Int8):f2}"));
        return 0;
    }

    private static EpochRecord Last(QuantModel model) => (EpochRecord)model.History[^1].Records[^1];

    private static double Top1(QuantModel model, TrainingData data) =>
        ModelAccuracy.Measure(model, data.Validation!, batchSize: 32, Environment.ProcessorCount).Top1;
}
