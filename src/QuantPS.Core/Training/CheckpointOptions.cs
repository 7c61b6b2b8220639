namespace QuantPS.Training;

/// <summary>Where a training keeps what it needs to go on after an interruption: written after every epoch, and when it is cancelled.</summary>
/// <param name="Path">The file; it is replaced only by a complete one.</param>
/// <param name="Resume">Whether to go on from the file, where it is there.</param>
/// <param name="Overwrite">Whether a file that is there may be replaced by a training that begins anew.</param>
public sealed record CheckpointOptions(string Path, bool Resume = false, bool Overwrite = false);
