namespace QuantPS.Engine.Kernels;

/// <summary>
/// The order of the output channels in the vectors of a panel. Packing 32-bit sums to bytes interleaves quarters of up to four vectors;
/// channels are laid out so that they come out of it in order.
/// </summary>
internal static class PanelColumns
{
    private const int Lanes = ConvTileShape.Lanes;
    private const int LargestGroup = 4;

    /// <param name="First">The first vector.</param>
    /// <param name="Vectors">The vectors that are packed together: 1 to 4.</param>
    /// <param name="IsFull">Whether all their channels exist; a vector that is not full is a group of its own.</param>
    internal sealed record Group(int First, int Vectors, bool IsFull);

    /// <summary>How the vectors of a panel are packed together.</summary>
    public static List<Group> Groups(int columns)
    {
        var groups = new List<Group>();
        int full = columns / Lanes;
        for (int first = 0; first < full; first += LargestGroup) groups.Add(new(first, Math.Min(LargestGroup, full - first), true));
        if (columns % Lanes > 0) groups.Add(new(full, 1, false));
        return groups;
    }

    /// <summary>The channel of the panel in each lane of its vectors; -1 for none.</summary>
    public static int[] Of(int columns)
    {
        var order = new int[ConvTileShape.VectorsOf(columns) * Lanes];
        Array.Fill(order, -1);
        foreach (Group group in Groups(columns))
            for (int v = 0; v < group.Vectors; v++)
                for (int lane = 0; lane < Lanes; lane++)
                {
                    int column = group.First * Lanes + lane / 4 * 4 * group.Vectors + 4 * v + lane % 4;
                    if (column < columns) order[(group.First + v) * Lanes + lane] = column;
                }
        return order;
    }
}
