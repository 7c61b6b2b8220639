namespace QuantPS.Training;

/// <summary>Where a training stands after a batch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Batch">The batch, from 1.</param>
/// <param name="Batches">The number of batches in an epoch.</param>
/// <param name="Loss">The mean loss of the epoch so far.</param>
/// <param name="Top1">The share of right answers in the epoch so far, in percent.</param>
/// <param name="Validating">Whether it is measuring the validation images.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Batch, int Batches, double Loss, double Top1, bool Validating)
{
    /// <summary>How many batches of the whole training are behind, those of validation among them.</summary>
    public long Done { get; init; }

    /// <summary>How many of them this run did not do itself, but a run that it goes on from.</summary>
    public long Before { get; init; }

    /// <summary>The number of batches of the whole training.</summary>
    public long Total { get; init; }

    /// <summary>How many images a second this run has seen of the epoch.</summary>
    public double ImagesPerSecond { get; init; }
}
