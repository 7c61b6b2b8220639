namespace QuantPS.Engine.Kernels;

/// <summary>What tiles of a panel have in common.</summary>
/// <param name="Weights">The weights, in the order of the steps: pairs first.</param>
/// <param name="Offsets">Where the four codes of each step lie, from the first byte of a row.</param>
/// <param name="Order">The steps in the order of the weights.</param>
/// <param name="Pairs">Pairs of steps whose products, four to a lane of 16 bits, can be added in 16 bits.</param>
/// <param name="Singles">The steps behind them.</param>
/// <param name="Stride">The bytes from a row to the next.</param>
internal readonly unsafe record struct ByteTile(nint Weights, nint Offsets, nint Order, nint Pairs, nint Singles, nint Stride)
{
    /// <summary>The rows of a tile; sums lie in blocks of as many rows of 16 columns.</summary>
    public const int Rows = 4;
    public const int BlockColumns = 16;
    public const int BlockSums = Rows * BlockColumns;
}
