namespace QuantPS.Engine.Kernels;

/// <summary>
/// How the states of a recurrent layer are cut: a thread multiplies for the gates of a block and makes its states of them, with no other
/// thread between. The gates of a block lie one behind another.
/// </summary>
/// <param name="States">The states of the layer.</param>
/// <param name="Size">The states of a block, but for the last.</param>
internal sealed record StateBlocks(int States, int Size)
{
    // Whole vectors and panels on every instruction set.
    private const int Unit = 32;
    private const int PerThread = 2;

    public int Count => (States + Size - 1) / Size;

    /// <summary>Blocks as large as they can be: each costs some work of its own. Two a thread let one help another that is late.</summary>
    public static StateBlocks For(int states, int threads)
    {
        int blocks = threads == 1 ? 1 : PerThread * threads;
        return new(states, ((states + blocks - 1) / blocks + Unit - 1) / Unit * Unit);
    }

    /// <summary>The first state of a block, and how many it has.</summary>
    public (int Start, int Count) Of(int block) => (block * Size, Math.Min(Size, States - block * Size));

    /// <summary>The rows of PyTorch's weights that give a block's gates, in the order in which they lie.</summary>
    public int[] Outputs(int block, int gates)
    {
        (int start, int count) = Of(block);
        return [.. Enumerable.Range(0, gates).SelectMany(gate => Enumerable.Range(gate * States + start, count))];
    }
}
