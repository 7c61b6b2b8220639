using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>What a row of output pixels of a depthwise convolution of three by three taps sees.</summary>
internal unsafe struct DepthwiseRow
{
    /// <summary>The first channel in each of the three input rows.</summary>
    public byte* Top, Middle, Bottom;
    /// <summary>A pixel of zero points.</summary>
    public byte* Padding;
    /// <summary>The pixels of an input row.</summary>
    public int Width;
    /// <summary>The bytes from a pixel to the next.</summary>
    public nint Step;
    /// <summary>The first input column that the first pixel sees; padding where it is not inside.</summary>
    public int Left;
    /// <summary>The number of output pixels.</summary>
    public int Pixels;

    /// <summary>Computes the sums of a row whose pixels are one column apart: each sees two columns of the one before it.</summary>
    /// <param name="row">The row.</param>
    /// <param name="weights">The packed weights of its channels.</param>
    /// <param name="start">What the sums of each channel start from.</param>
    /// <param name="sums">Takes rows of 16 sums.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void Run<T>(DepthwiseRow row, sbyte* weights, int* start, int* sums) where T : struct, IDepthwiseColumn<T>
    {
        T u = T.Weights(weights), v = T.Weights(weights + T.WeightBytes), w = T.Weights(weights + 2 * T.WeightBytes);
        int x = row.Left + 2, pixels = row.Pixels;
        T a = row.Column<T>(row.Left), b = row.Column<T>(row.Left + 1);
        for (; pixels >= 3; pixels -= 3, x += 3, sums += 3 * PanelLayout.Wide)
        {
            T c = row.Column<T>(x);
            T.Store(a, b, c, u, v, w, start, sums);
            a = row.Column<T>(x + 1);
            T.Store(b, c, a, u, v, w, start, sums + PanelLayout.Wide);
            b = row.Column<T>(x + 2);
            T.Store(c, a, b, u, v, w, start, sums + 2 * PanelLayout.Wide);
        }
        if (pixels == 0) return;
        T last = row.Column<T>(x);
        T.Store(a, b, last, u, v, w, start, sums);
        if (pixels == 2) T.Store(b, last, row.Column<T>(x + 1), u, v, w, start, sums + PanelLayout.Wide);
    }

    /// <summary>Computes the sums of a row whose pixels are two columns apart: each sees one column of the one before it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    public static void RunEverySecond<T>(DepthwiseRow row, sbyte* weights, int* start, int* sums) where T : struct, IDepthwiseColumn<T>
    {
        T u = T.Weights(weights), v = T.Weights(weights + T.WeightBytes), w = T.Weights(weights + 2 * T.WeightBytes);
        int x = row.Left + 1, pixels = row.Pixels;
        T a = row.Column<T>(row.Left);
        for (; pixels >= 2; pixels -= 2, x += 4, sums += 2 * PanelLayout.Wide)
        {
            T c = row.Column<T>(x + 1);
            T.Store(a, row.Column<T>(x), c, u, v, w, start, sums);
            a = row.Column<T>(x + 3);
            T.Store(c, row.Column<T>(x + 2), a, u, v, w, start, sums + PanelLayout.Wide);
        }
        if (pixels > 0) T.Store(a, row.Column<T>(x), row.Column<T>(x + 1), u, v, w, start, sums);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly T Column<T>(int x) where T : struct, IDepthwiseColumn<T>
    {
        nint at = x * Step;
        byte* top = Top + at, middle = Middle + at, bottom = Bottom + at;
        if ((uint)x >= (uint)Width) top = middle = bottom = Padding;
        return T.Codes(top, middle, bottom);
    }
}
