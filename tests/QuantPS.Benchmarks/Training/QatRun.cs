using System.Collections.Immutable;
using QuantPS.Analysis;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Training;

namespace QuantPS.Benchmarks.Training;

/// <summary>One training in float, and the same for each backend: a line for each.</summary>
internal sealed class QatRun(QuantModel start, TrainingData data, TrainingOptions options)
{
    private const int LayerImages = 64;

    public static QuantizationBackend[] Backends { get; } = [QuantizationBackend.Qnnpack, QuantizationBackend.Fbgemm];

    public static string Heading => "seed  backend  float %  static int8 %  fake-quantized %   int8 %   SNR dB of the layers to fake-quantized, to float   seconds an epoch: float, QAT";

    /// <param name="backends">The backends to train for.</param>
    /// <param name="compareStatic">Whether the model trained in float is quantized afterwards, too.</param>
    public IEnumerable<QatResult> Run(IEnumerable<QuantizationBackend> backends, bool compareStatic = false)
    {
        // Training in float freezes its normalizations when quantization-aware training does.
        QuantModel trained = ModelTrainer.TrainFloat(start, data, options with { FreezeBatchNormEpoch = options.FreezeBatchNormEpoch ?? (options.Epochs + 1) / 2 });
        double inFloat = Top1(trained);
        foreach (QuantizationBackend backend in backends)
        {
            double? afterwards = compareStatic ? Top1(Calibration.Quantize(trained, data, backend, options)) : null;
            QuantModel int8 = ModelTrainer.TrainQuantized(start, data, new() { Backend = backend, Training = options });
            ImmutableSortedDictionary<string, double> measures = int8.History[^1].Measures;
            var result = new QatResult(options.Seed, backend, inFloat, afterwards, measures["FakeQuantizedTop1"], measures["Int8Top1"]);
            Console.WriteLine(FormattableString.Invariant(
                $"{result.Seed,4}  {backend,-7} {inFloat,8:f2} {afterwards,14:f2} {result.Fake,17:f2} {result.Int8,8:f2}   {Ratios(int8)}   {Seconds(trained):f0} {Seconds(int8):f0}"));
            yield return result;
        }
    }

    private double Top1(QuantModel model) => ModelAccuracy.Measure(model, data.Validation!, batchSize: 32, options.Threads!.Value).Top1;

    private static double Seconds(QuantModel model) => model.History[^1].Records.OfType<EpochRecord>().Average(epoch => epoch.Seconds);

    /// <summary>The signal-to-noise ratios of the converted layers against the same network with its rounding in float, and without.</summary>
    private string Ratios(QuantModel int8)
    {
        string Against(Graph reference)
        {
            double[] ratios = [.. LayerComparer.Compare(int8 with { Graph = reference }, int8, data.Validation!.Sample(LayerImages, 0)).Select(layer => layer.Sqnr).Order()];
            return FormattableString.Invariant($"{ratios[0]:f1} to {ratios[^1]:f1}");
        }

        return $"{Against(DequantizeWeights.Apply(int8.Graph))}, {Against(RemoveQuantization.Apply(int8.Graph))}";
    }
}
