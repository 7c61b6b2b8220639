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
    /// <summary>
    /// It rises from a 25th to the full rate in the first 30 % of the batches, and falls to nearly nothing in the others, along cosines
    /// (<c>OneCycleLR</c>; the momentum stays).
    /// </summary>
    OneCycle,
}
