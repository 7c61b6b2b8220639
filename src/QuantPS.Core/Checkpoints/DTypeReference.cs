using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>A torch dtype object as a checkpoint holds it, such as <c>torch.qint8</c> in the packed parameters of a linear module.</summary>
/// <param name="Element">The element type that it names.</param>
public sealed record DTypeReference(ElementType Element)
{
    /// <summary><c>torch.qint8</c>.</summary>
    public static DTypeReference QInt8 { get; } = new(ElementType.QInt8);

    /// <summary>The name without <c>torch.</c>, such as <c>qint8</c>.</summary>
    public string Name => Element.ToString().ToLowerInvariant();

    /// <inheritdoc/>
    public override string ToString() => $"torch.{Name}";
}
