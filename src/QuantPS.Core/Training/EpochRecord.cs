namespace QuantPS.Training;

/// <summary>What an epoch of a training came to.</summary>
/// <param name="Epoch">The epoch, from 1.</param>
/// <param name="LearningRate">The learning rate of its last batch.</param>
/// <param name="TrainingLoss">The mean cross-entropy over the training images.</param>
/// <param name="TrainingTop1">The share of right answers on the training images, in percent.</param>
/// <param name="ValidationLoss">The mean cross-entropy over the validation images; null where there are none.</param>
/// <param name="ValidationTop1">The share of right answers on the validation images, in percent; null where there are none.</param>
/// <param name="Seconds">How long it took.</param>
public sealed record EpochRecord(
    int Epoch, double LearningRate, double TrainingLoss, double TrainingTop1, double? ValidationLoss, double? ValidationTop1, double Seconds)
{
    /// <summary>The epoch in one line.</summary>
    public override string ToString() => FormattableString.Invariant(
        $"Epoch {Epoch}: training loss {TrainingLoss:0.000}, top-1 {TrainingTop1:0.00} %{Validation}, learning rate {LearningRate:0.######}, {Seconds:0.0} s");

    private string Validation => ValidationLoss is null
        ? "" : FormattableString.Invariant($"; validation loss {ValidationLoss:0.000}, top-1 {ValidationTop1:0.00} %");
}
