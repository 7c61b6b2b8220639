using QuantPS.Data;

namespace QuantPS.Training;

/// <summary>The images of a training.</summary>
/// <param name="Training">The images to train on, with labels.</param>
/// <param name="Validation">The images to measure each epoch on, with labels; null to measure none.</param>
public sealed record TrainingData(ImageDataset Training, ImageDataset? Validation = null)
{
    /// <summary>Is told once the path of each image that cannot be read, and why; on the training thread. The image is left out.</summary>
    public Action<string, Exception>? Unreadable { get; init; }

    /// <summary>Is told the record of each epoch when it is done; on the training thread.</summary>
    public Action<EpochRecord>? EpochDone { get; init; }

    /// <summary>Is told once, on the training thread, when the loss diverges, and what may help.</summary>
    public Action<string>? Warning { get; init; }
}
