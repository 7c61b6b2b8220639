namespace QuantPS.Engine.Kernels;

/// <summary>How the input rows of a depthwise convolution are interleaved by four, for one or two output rows at once.</summary>
/// <param name="Quadruples">The quadruples of input rows.</param>
/// <param name="Rows">The output rows: two where the input rows that are interleaved anyway are enough for them.</param>
/// <param name="Columns">The columns that an output row sees, with the padding.</param>
/// <param name="Left">Those of padding on the left.</param>
/// <param name="Inside">Those behind that are of the image; the others are padding.</param>
internal readonly record struct DepthwisePlan(int Quadruples, int Rows, int Columns, int Left, int Inside)
{
    /// <summary>The rows of a quadruple.</summary>
    public const int Quadruple = 4;

    public static DepthwisePlan Of(ConvGeometry geometry)
    {
        Window2 w = geometry.Window;
        int quadruples = (w.Kernel.Height + Quadruple - 1) / Quadruple;
        bool two = geometry.OutputHeight > 1 && w.Dilation.Height == 1 && w.Kernel.Height + w.Stride.Height <= Quadruple * quadruples;
        int columns = (geometry.OutputWidth - 1) * w.Stride.Width + (w.Kernel.Width - 1) * w.Dilation.Width + 1;
        int left = Math.Min(w.Padding.Width, columns);
        return new(quadruples, two ? 2 : 1, columns, left, Math.Min(columns - left, geometry.InputWidth));
    }
}
