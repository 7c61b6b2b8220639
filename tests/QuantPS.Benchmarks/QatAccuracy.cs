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
/// Quantization-aware training of the CIFAR-10 ResNet-20 for qnnpack and fbgemm, beside the same training in float: same images, seeds and
/// settings.
/// </summary>
internal sealed class QatAccuracy : IBenchmark
{
    private static readonly ulong[] _seeds = [1, 2, 3, 4, 5];

    private static readonly QuantizationBackend[] _backends = [QuantizationBackend.Qnnpack, QuantizationBackend.Fbgemm];

    public string Name => "qat";

    public string Description => "QAT of ResNet-20 on CIFAR-10 against float training, 2 epochs; needs ../shared; hours on two cores; -- qat SEED... for other seeds than 1 to 5";

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
        Console.WriteLine("seed  backend  float %  fake-quantized %   int8 %   float s/epoch  QAT s/epoch");
        var rows = new List<(QuantizationBackend Backend, double Float, double Fake, double Int8)>();
        foreach (ulong seed in seeds)
        {
            // The defaults, but that training in float freezes its normalizations as quantization-aware training does.
            var options = new TrainingOptions { Epochs = 2, Seed = seed, FreezeBatchNormEpoch = 1 };
            QuantModel trained = ModelTrainer.TrainFloat(start, data, options);
            double inFloat = Top1(trained, data);
            foreach (QuantizationBackend backend in _backends)
            {
                QuantModel int8 = ModelTrainer.TrainQuantized(start, data, new() { Backend = backend, Training = options });
                IReadOnlyDictionary<string, double> measures = int8.History[^1].Measures;
                rows.Add((backend, inFloat, measures["FakeQuantizedTop1"], measures["Int8Top1"]));
                Console.WriteLine(FormattableString.Invariant(
                    $"{seed,4}  {backend,-7} {inFloat,8:f2} {rows[^1].Fake,17:f2} {rows[^1].Int8,8:f2} {Last(trained).Seconds,15:f0} {Last(int8).Seconds,12:f0}"));
            }
        }
        foreach (var group in rows.GroupBy(row => row.Backend))
            Console.WriteLine(FormattableString.Invariant(
                $"mean  {group.Key,-7} {group.Average(row => row.Float),8:f2} {group.Average(row => row.Fake),17:f2} {group.Average(row => row.Int8),8:f2}   gain over the start {group.Average(row => row.Int8) - before:f2}, loss against float {group.Average(row => row.Float - row.Int8):f2}, most between fake-quantized and int8 {group.Max(row => Math.Abs(row.Fake - row.Int8)):f2}"));
        return 0;
    }

    private static EpochRecord Last(QuantModel model) => (EpochRecord)model.History[^1].Records[^1];

    private static double Top1(QuantModel model, TrainingData data) =>
        ModelAccuracy.Measure(model, data.Validation!, batchSize: 32, Environment.ProcessorCount).Top1;
}
