namespace QuantPS.Checkpoints;

/// <summary>A torch device object as a checkpoint holds it, such as <c>cuda:0</c>.</summary>
/// <param name="Type">The kind of device, such as <c>cpu</c>.</param>
/// <param name="Index">Which of them; null where the file does not say.</param>
public sealed record DeviceReference(string Type, long? Index = null)
{
    /// <inheritdoc/>
    public override string ToString() => Index is null ? Type : $"{Type}:{Index}";
}
