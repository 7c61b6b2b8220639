using QuantPS.Data;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Training;

namespace QuantPS.Benchmarks.Training;

/// <summary>Static quantization, which training for int8 is compared with.</summary>
internal static class Calibration
{
    private const int Images = 512;

    /// <summary>A float model in int8, with the backend's observers calibrated on some of the images to train with.</summary>
    public static QuantModel Quantize(QuantModel model, TrainingData data, QuantizationBackend backend, TrainingOptions training)
    {
        var options = new StaticQuantizationOptions { Backend = backend, Threads = training.Threads!.Value };
        var reader = new BatchReader(data.Training.Sample(Images, training.Seed), model.Preprocessing, model.Graph.Inputs[0].Shape, options.BatchSize);
        return StaticQuantizer.Quantize(model, options, reader.Select(batch => new InputBatch(batch.Input, batch.Count)));
    }
}
