namespace QuantPS.Checkpoints.Layout;

/// <summary>An entry that a network looks for in a state dict.</summary>
/// <param name="Key">The key, such as <c>features.0.0.weight</c>.</param>
internal abstract record StateEntry(string Key);

/// <summary>What a number of a fake quantizer is for.</summary>
internal enum FakeQuantNumber
{
    /// <summary>A switch, or a constant of its formula: read and not used.</summary>
    Setting,

    /// <summary>The scale that it rounds with.</summary>
    Scale,

    /// <summary>An end of the range that it saw.</summary>
    Bound,
}

/// <summary>A number that a fake quantizer keeps, or one a channel.</summary>
/// <param name="Key">The key.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="Channels">The number of channels of the weight; 1 for an activation.</param>
/// <param name="IsUsed">Whether something runs through the quantizer, so that it saw a range.</param>
/// <param name="IsOptional">Whether PyTorch does without it.</param>
internal sealed record FakeQuantEntry(string Key, FakeQuantNumber Kind, int Channels, bool IsUsed, bool IsOptional) : StateEntry(Key);
