namespace QuantPS.Engine.Kernels;

/// <summary>What the tiles of a panel of a float convolution share.</summary>
internal readonly unsafe struct ConvTile(int depth, float* weights, float* bias, int columns, float low, float high)
{
    /// <summary>The products that an element sums.</summary>
    public readonly nint Depth = depth;

    /// <summary>The packed weights: [depth][16 or 8 columns].</summary>
    public readonly float* Weights = weights;

    /// <summary>The bias of each column.</summary>
    public readonly float* Bias = bias;

    /// <summary>The columns whose results are stored.</summary>
    public readonly int Columns = columns;

    /// <summary>The smallest result.</summary>
    public readonly float Low = low;

    /// <summary>The largest result.</summary>
    public readonly float High = high;
}
