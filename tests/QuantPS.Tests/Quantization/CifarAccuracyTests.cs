using QuantPS.Checkpoints;
using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.Tests.Quantization;

/// <summary>A network that PyTorch trained, on real images.</summary>
public sealed class CifarAccuracyTests
{
    private const int CalibrationImages = 512, BatchSize = 32;
    private const ulong Seed = 0;

    [Fact]
    public void Static_int8_keeps_the_accuracy_of_the_trained_CIFAR_network()
    {
        QuantModel model = Architectures.Find("cifar_resnet20").FromStateDict(StateDictReader.Read(Repository.Shared("models/cifar10-resnet20.th")));
        ImageDataset test = ImageDataset.Open(Repository.Shared("data/cifar10/test"));
        ImageDataset calibration = ImageDataset.Open(Repository.Shared("data/cifar10/train")).Sample(CalibrationImages, Seed);

        double reference = Top1(model, test), fbgemm = Top1(Quantize(QuantizationBackend.Fbgemm), test), qnnpack = Top1(Quantize(QuantizationBackend.Qnnpack), test);
        TestContext.Current.SendDiagnosticMessage($"float {reference}, fbgemm {fbgemm}, qnnpack {qnnpack}");
        Assert.True(reference >= 81.25, $"float {reference}");
        Assert.True(reference - fbgemm <= 0.3, $"float {reference}, fbgemm {fbgemm}");
        Assert.True(reference - qnnpack <= 0.5, $"float {reference}, qnnpack {qnnpack}");

        QuantModel Quantize(QuantizationBackend backend) => StaticQuantizer.Quantize(
            model, new() { Backend = backend, BatchSize = BatchSize },
            Batches(calibration, model).Select(batch => new InputBatch(batch.Input, batch.Count)), cancel: TestContext.Current.CancellationToken);
    }

    private static BatchReader Batches(ImageDataset data, QuantModel model) => new(data, model.Preprocessing, model.Graph.Inputs[0].Shape, BatchSize);

    private static double Top1(QuantModel model, ImageDataset data)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(model.Graph,
            new CompileOptions { MaxBatch = BatchSize, Backend = model.Backend ?? QuantizationBackend.X86, Threads = Environment.ProcessorCount });
        int classes = (int)compiled.OutputShape.ElementCount, right = 0;
        var scores = new float[BatchSize * classes];
        foreach (ImageBatch batch in Batches(data, model))
        {
            compiled.Run(batch.Input.Span, batch.Count, scores.AsSpan(0, batch.Count * classes), cancel: TestContext.Current.CancellationToken);
            for (int i = 0; i < batch.Count; i++)
            {
                ReadOnlySpan<float> sample = scores.AsSpan(i * classes, classes);
                int best = 0;
                for (int c = 1; c < classes; c++) if (sample[c] > sample[best]) best = c;
                if (best == batch.Labels[i]) right++;
            }
        }
        return 100.0 * right / data.Count;
    }
}
