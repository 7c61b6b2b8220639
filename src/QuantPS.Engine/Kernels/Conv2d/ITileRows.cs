namespace QuantPS.Engine.Kernels;

/// <summary>The rows of a tile, as a type, so that loops are compiled for each.</summary>
internal interface ITileRows
{
    static abstract int Count { get; }
}

internal readonly struct FourRows : ITileRows
{
    public static int Count => 4;
}

internal readonly struct ThreeRows : ITileRows
{
    public static int Count => 3;
}
