namespace QuantPS.Engine.Kernels;

/// <summary>What the tiles of a panel have in common.</summary>
internal unsafe struct ByteTile
{
    /// <summary>The most rows of a tile.</summary>
    public const int Rows = 4;

    /// <summary>The weights of each step, in groups: first those of three steps, then those of two, then single steps.</summary>
    public byte* Weights;
    /// <summary>Where the four codes of each step lie, from the first byte of a row, in the same order.</summary>
    public int* Offsets;
    public nint Threes;
    public nint Twos;
    public nint Ones;
    /// <summary>The bytes from a row of codes to the next.</summary>
    public nint Stride;
    /// <summary>The panel's numbers: <see cref="PanelNumbers"/>.</summary>
    public byte* Numbers;
    public CodeConstants Constants;
    /// <summary>The columns that are stored.</summary>
    public nint Columns;
    /// <summary>The bytes from a row of output codes to the next.</summary>
    public nint Pitch;
}
