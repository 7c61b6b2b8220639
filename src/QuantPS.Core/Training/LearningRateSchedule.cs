namespace QuantPS.Training;

/// <summary>How the learning rate goes on from the start.</summary>
public enum LearningRateSchedule
{
    /// <summary>It stays.</summary>
    Constant,
    /// <summary>It is divided by ten every so many epochs (<c>StepLR</c>).</summary>
    Step,
    /// <summary>It falls to zero along half a cosine, batch by batch (<c>CosineAnnealingLR</c>).</summary>
    Cosine,
}
