namespace QuantPS.Engine.Kernels;

/// <summary>The kinds of numbers that a panel, or a chunk of channels, has for each lane of its vectors, in the order in which they lie.</summary>
internal static class PanelNumbers
{
    public const int Start = 0;
    public const int Bias = 1;
    public const int Factor = 2;
    public const int Scale = 3;
    public const int Kinds = 4;
}
