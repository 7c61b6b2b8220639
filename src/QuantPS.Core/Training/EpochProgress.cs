namespace QuantPS.Training;

/// <summary>Where an epoch stands between two batches.</summary>
/// <param name="Epoch">The epoch, from 0.</param>
/// <param name="Position">How many images of the epoch's order are behind, those that could not be read among them.</param>
/// <param name="Batch">The number of batches so far.</param>
/// <param name="Images">The number of images in them.</param>
/// <param name="Right">How many of these were answered rightly.</param>
/// <param name="Loss">The sum of their losses.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record EpochProgress(int Epoch, int Position, int Batch, long Images, long Right, double Loss, double Seconds);
