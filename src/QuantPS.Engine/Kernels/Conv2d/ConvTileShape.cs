namespace QuantPS.Engine.Kernels;

/// <summary>What a tile routine of a convolution is emitted for. Equal shapes share one routine.</summary>
/// <param name="Pixels">The pixels of a tile.</param>
/// <param name="Columns">The output channels of a panel.</param>
/// <param name="Runs">The runs of memory that a pixel sees.</param>
/// <param name="Steps">The steps of four codes that a run has.</param>
/// <param name="PixelStride">The bytes from the first input byte of a pixel to that of the next.</param>
/// <param name="OutputStride">The bytes from the codes of a pixel to those of the next.</param>
/// <param name="Tail">How sums become codes.</param>
internal sealed record ConvTileShape(
    int Pixels, int Columns, int Runs, int Steps, int PixelStride, int OutputStride, ConvTailShape Tail)
{
    public const int Lanes = 16;
    private const int Registers = 32;
    private const int MostPixels = 14;
    private const int WidestTile = 6;
    private const int PageBytes = 4096;
    private const int PixelsOfOneSet = 6;

    /// <summary>The vectors of 16 output channels.</summary>
    public int Vectors => VectorsOf(Columns);

    /// <summary>The channels of the last vector, if it is not full; else 0.</summary>
    public int PartialColumns => Columns % Lanes;

    public bool Adds => Tail.Adds;

    /// <summary>The bytes of a vector's sums: a last one of at most 8 channels is half as wide.</summary>
    public int BytesOf(int vector) => Columns - vector * Lanes <= Lanes / 2 ? 32 : 64;

    public static int VectorsOf(int columns) => (columns + Lanes - 1) / Lanes;

    /// <summary>The most pixels of a tile: sums, weights and one broadcast fill the registers.</summary>
    /// <param name="vectors">The vectors of output channels.</param>
    /// <param name="steps">The steps of all runs.</param>
    /// <param name="pixelStride">The bytes from a pixel to the next.</param>
    public static int PixelsFor(int vectors, int steps, int pixelStride)
    {
        if (vectors > WidestTile) return 1;
        // Where the tail takes a good part of the time, tiles must be small enough for the processor to look past it into the next one.
        int sums = steps <= 64 ? 8 : Registers - 1 - vectors;
        // Pixels that lie a multiple of a page apart share one set of the first cache, which holds eight lines.
        int most = pixelStride % PageBytes == 0 ? PixelsOfOneSet : MostPixels;
        return Math.Clamp(sums / vectors, 1, most);
    }
}
