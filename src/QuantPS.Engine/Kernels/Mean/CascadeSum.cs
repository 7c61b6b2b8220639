namespace QuantPS.Engine.Kernels;

/// <summary>
/// The order in which numbers are added: sixteen, then sixteen of these sums, and so on through four levels, which is how PyTorch adds
/// along outer dimensions (<c>multi_row_sum</c> in aten/src/ATen/native/cpu/SumKernel.cpp). It keeps the rounding errors small.
/// </summary>
internal static class CascadeSum
{
    public const int Levels = 4;
    private const int Power = 4;

    /// <summary>The level up to which sums are carried once so many numbers were added; 0 where none is.</summary>
    public static int CarryAfter(int count)
    {
        if ((count & ((1 << Power) - 1)) != 0) return 0;
        int level = 1;
        while (level < Levels - 1 && (count >> (level * Power) & ((1 << Power) - 1)) == 0) level++;
        return level;
    }
}
