namespace QuantPS.Checkpoints.Layout;

/// <summary>What a module of PyTorch's tree puts into a state dict.</summary>
/// <param name="Path">The module's path.</param>
/// <param name="Version">The version of its layout, for <c>_metadata</c>.</param>
/// <param name="Entries">Its own entries in order, without those of the modules in it.</param>
internal sealed record ModuleLayout(string Path, long Version, params IReadOnlyList<LayoutEntry> Entries)
{
    /// <summary>The version of modules that have never changed theirs.</summary>
    public const long DefaultVersion = 1;
}
