namespace QuantPS.Engine;

/// <summary>A pair of sizes along height and width.</summary>
/// <param name="Height">Along the height.</param>
/// <param name="Width">Along the width.</param>
public readonly record struct Size2(int Height, int Width)
{
    /// <summary>The same size along both.</summary>
    public static implicit operator Size2(int both) => new(both, both);

    /// <inheritdoc/>
    public override string ToString() => Height == Width ? $"{Height}" : $"{Height}x{Width}";
}
