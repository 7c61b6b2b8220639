namespace QuantPS.Engine.Kernels;

/// <summary>The kinds of numbers that a panel has for each lane of its vectors, in the order in which they lie.</summary>
internal static class PanelNumbers
{
    public const int Start = 0;
    public const int Scale = 1;
    public const int Bias = 2;
    public const int Factor = 3;
    public const int Kinds = 4;
}
