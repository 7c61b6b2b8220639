namespace QuantPS.Data;

/// <summary>How one image is varied.</summary>
/// <param name="Right">How far the crop moves to the right, in pixels.</param>
/// <param name="Down">How far the crop moves down, in pixels.</param>
/// <param name="Flip">Whether the crop is then mirrored left to right.</param>
internal readonly record struct Variation(int Right, int Down, bool Flip)
{
    /// <summary>How the colours change; null where they stay.</summary>
    public ColorChange? Color { get; init; }
}
