using QuantPS.Training;

namespace QuantPS.Torch;

/// <summary>Counts the batches of a whole training for whoever wants to see it run.</summary>
internal sealed class ProgressCount(IProgress<TrainingProgress>? listener, TrainingRequest request, EpochProgress start)
{
    private readonly int _training = Batches(request.Training.Count, request.Options.BatchSize),
        _validation = Batches(request.Validation?.Count ?? 0, request.Options.BatchSize);

    /// <summary>Tells where an epoch stands after a batch.</summary>
    public void Report(EpochMeter meter, bool validating)
    {
        if (listener is null) return;
        long epoch = _training + _validation;
        listener.Report(new TrainingProgress(meter.Epoch, request.Options.Epochs, meter.Batch, meter.Batches, meter.Loss, meter.Top1, validating)
        {
            Done = (meter.Epoch - 1) * epoch + (validating ? _training : 0) + meter.Batch,
            Before = start.Epoch * epoch + start.Batch,
            Total = request.Options.Epochs * epoch,
            ImagesPerSecond = meter.ImagesPerSecond,
        });
    }

    private static int Batches(int images, int batchSize) => (images + batchSize - 1) / batchSize;
}
