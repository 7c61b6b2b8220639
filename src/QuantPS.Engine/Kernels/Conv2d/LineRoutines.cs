using System.Runtime.CompilerServices;

namespace QuantPS.Engine.Kernels;

/// <summary>The emitted routines of a convolution: for each panel those of the tiles that its lines are cut into.</summary>
internal sealed unsafe class LineRoutines
{
    private const int MostTile = 16;

    private static readonly RoutineCache<ConvTileShape> Cache = new(ConvTileVnni.Emit);

    private readonly ConvTiling _tiling;
    private readonly nint[] _routines;
    private readonly int[] _mostPixels;
    private readonly int _outputStride;

    /// <param name="tiling">How the convolution is cut.</param>
    /// <param name="maxBatch">The largest batch.</param>
    /// <param name="outputStride">The bytes from an output pixel to the next.</param>
    /// <param name="tail">How sums leave.</param>
    public LineRoutines(ConvTiling tiling, int maxBatch, int outputStride, ConvTailShape tail)
    {
        (_tiling, _outputStride) = (tiling, outputStride);
        _routines = new nint[tiling.Panels.Length * MostTile];
        _mostPixels = new int[tiling.Panels.Length];
        IReadOnlyCollection<int> lines = tiling.LineLengths(maxBatch);
        for (int p = 0; p < tiling.Panels.Length; p++)
        {
            int columns = tiling.Panels[p].Columns;
            int most = _mostPixels[p] = ConvTileShape.PixelsFor(ConvTileShape.VectorsOf(columns), tiling.Runs * tiling.Steps, tiling.PixelStride);
            foreach (int line in lines)
            {
                (int size, _, int smaller) = ConvTiling.CutLine(line, most);
                for (int pixels = size; pixels >= (smaller > 0 ? size - 1 : size); pixels--)
                    if (_routines[p * MostTile + pixels] == 0)
                        _routines[p * MostTile + pixels] = Cache.For(new(pixels, columns, tiling.Runs, tiling.Steps, tiling.PixelStride, outputStride, tail));
            }
        }
    }

    /// <summary>Computes a line of pixels of a panel.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Run(int panel, int pixels, TileArguments* arguments)
    {
        (int size, int larger, int smaller) = ConvTiling.CutLine(pixels, _mostPixels[panel]);
        Call(panel, size, larger, arguments);
        if (smaller == 0) return;
        arguments->Input += (long)larger * size * _tiling.PixelStride;
        long done = (long)larger * size * _outputStride;
        arguments->Output += done;
        arguments->Addend += done;
        Call(panel, size - 1, smaller, arguments);
    }

    private void Call(int panel, int pixels, int tiles, TileArguments* arguments)
    {
        arguments->Tiles = tiles;
        ((delegate* unmanaged<TileArguments*, void>)_routines[panel * MostTile + pixels])(arguments);
    }
}
