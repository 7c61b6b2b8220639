namespace QuantPS.Bridges;

/// <summary>Whether a part of the module that brings third-party libraries works on this machine.</summary>
/// <param name="Name">Its name, such as <c>Torch</c>.</param>
/// <param name="Purpose">What needs it.</param>
/// <param name="IsAvailable">Whether it loads.</param>
/// <param name="Problem">Why it does not; null where it does.</param>
public sealed record BridgeState(string Name, string Purpose, bool IsAvailable, string? Problem)
{
    /// <summary>Tries to load a bridge with its native libraries.</summary>
    /// <typeparam name="TContract">An interface that it implements.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="purpose">What needs it.</param>
    public static BridgeState Of<TContract>(string name, string purpose) where TContract : class
    {
        try
        {
            Bridge.Load<TContract>(name);
            return new BridgeState(name, purpose, true, null);
        }
        catch (QuantPSException e)
        {
            return new BridgeState(name, purpose, false, e.Message);
        }
    }

    /// <inheritdoc/>
    public override string ToString() => IsAvailable ? $"{Name}: there, for {Purpose}" : $"{Name}: not there, so no {Purpose}. {Problem}";
}
