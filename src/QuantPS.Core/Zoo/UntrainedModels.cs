using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Zoo;

/// <summary>Quantized models with random weights: for measures of size and time, and to try things with.</summary>
public static class UntrainedModels
{
    /// <summary>The number of random images that they are calibrated on.</summary>
    public const int CalibrationImages = 32;

    private const int BatchSize = 4;

    /// <summary>A model in static int8, fused, with the backend's default observers, calibrated on normally distributed images.</summary>
    /// <param name="model">A float model.</param>
    /// <param name="backend">The backend.</param>
    /// <param name="seed">What the images are drawn from.</param>
    /// <param name="progress">Told the number of images done.</param>
    /// <param name="cancel">Stops it.</param>
    public static QuantModel Quantize(QuantModel model, QuantizationBackend backend, ulong seed, IProgress<int>? progress = null, CancellationToken cancel = default) =>
        StaticQuantizer.Quantize(model, new StaticQuantizationOptions { Backend = backend, BatchSize = BatchSize },
            RandomBatches(model.Graph.Inputs[0].Shape, seed), progress, cancel);

    private static IEnumerable<InputBatch> RandomBatches(Shape sample, ulong seed)
    {
        var random = new SeededRandom(seed);
        var values = new float[BatchSize * sample.ElementCount];
        for (int done = 0; done < CalibrationImages; done += BatchSize)
        {
            for (int i = 0; i < values.Length; i++) values[i] = (float)random.NextGaussian();
            yield return new InputBatch(values, BatchSize);
        }
    }
}
