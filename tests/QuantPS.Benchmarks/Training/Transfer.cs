using QuantPS.Analysis;
using QuantPS.Checkpoints;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Training;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks.Training;

/// <summary>
/// An int8 network for another task: pairs of CIFAR-10's classes. A new classifier is trained while all else stays int8, then the whole is
/// fine-tuned, from the int8 weights and from the float ones.
/// </summary>
internal sealed class Transfer : IQatTask
{
    private static readonly (string Name, string[] Classes)[] s_pairs =
        [("animal", ["cat", "dog"]), ("craft", ["airplane", "ship"]), ("game", ["deer", "horse"]), ("vehicle", ["automobile", "truck"])];

    public string Name => "transfer";

    public string Description => $"int8 ResNet-20 to {s_pairs.Length} classes made of pairs";

    public TrainingOptions Options { get; } = new() { Epochs = 1 };

    public void Run(string weights, TrainingData data, TrainingOptions options, ulong[] seeds)
    {
        QuantModel model = Architectures.Find("cifar_resnet20").FromStateDict(StateDictReader.Read(weights));
        DirectoryInfo folder = Directory.CreateTempSubdirectory("QuantPS-pairs-");
        try
        {
            var pairs = new TrainingData(Pairs(data.Training, folder, "train"), Pairs(data.Validation!, folder, "test"));
            Console.WriteLine("seed  backend  classifier alone: int8 %   fine-tuned from int8 weights: fake-quantized, int8 %   from float weights: fake-quantized, int8 %   seconds an epoch: alone, fine-tuned");
            foreach (ulong seed in seeds)
                foreach (QuantizationBackend backend in QatRun.Backends) Run(model, data, pairs, options with { Seed = seed }, backend);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Run(QuantModel model, TrainingData data, TrainingData pairs, TrainingOptions options, QuantizationBackend backend)
    {
        QuantModel int8 = Calibration.Quantize(model, data, backend, options);
        QuantModel head = ModelTrainer.TrainQuantized(int8, pairs, new()
        {
            Backend = backend, Training = options with { LearningRate = 0.01 }, Transfer = new() { ClassCount = s_pairs.Length, HeadOnly = true },
        });
        QuantModel tuned = ModelTrainer.TrainQuantized(head, pairs, new() { Backend = backend, Training = options });
        QuantModel fromFloat = ModelTrainer.TrainQuantized(head, pairs, new() { Backend = backend, Training = options, Transfer = new() { FloatModel = model } });
        Console.WriteLine(FormattableString.Invariant(
            $"{options.Seed,4}  {backend,-7} {head.History[^1].Measures["Int8Top1"],8:f2} {Both(tuned)} {Both(fromFloat)}   {Seconds(head):f0} {Seconds(tuned):f0}"));
    }

    private static string Both(QuantModel model) =>
        FormattableString.Invariant($"{model.History[^1].Measures["FakeQuantizedTop1"],8:f2} {model.History[^1].Measures["Int8Top1"],8:f2}");

    private static double Seconds(QuantModel model) => model.History[^1].Records.OfType<EpochRecord>().Average(epoch => epoch.Seconds);

    /// <summary>The images of the pairs, as links.</summary>
    private static ImageDataset Pairs(ImageDataset images, DirectoryInfo folder, string name)
    {
        string root = Path.Combine(folder.FullName, name);
        foreach ((string pair, string[] classes) in s_pairs)
        {
            string target = Directory.CreateDirectory(Path.Combine(root, pair)).FullName;
            foreach (string of in classes)
                foreach (string file in Directory.EnumerateFiles(Path.Combine(images.Path, of)))
                    File.CreateSymbolicLink(Path.Combine(target, $"{of}-{Path.GetFileName(file)}"), file);
        }
        return ImageDataset.Open(root);
    }
}
