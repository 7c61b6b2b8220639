namespace QuantPS.Training;

/// <summary>Where a training stands after a batch.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="Epochs">The number of epochs.</param>
/// <param name="Batch">The batch, from 1.</param>
/// <param name="Batches">The number of batches in an epoch.</param>
/// <param name="Loss">The mean loss of the epoch so far.</param>
/// <param name="Top1">The share of right answers in the epoch so far, in percent.</param>
/// <param name="Validating">Whether it is measuring the validation images.</param>
public sealed record TrainingProgress(int Epoch, int Epochs, int Batch, int Batches, double Loss, double Top1, bool Validating);
