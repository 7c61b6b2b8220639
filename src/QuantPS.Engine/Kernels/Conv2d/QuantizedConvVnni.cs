using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A convolution of codes by routines that are emitted for its shape.</summary>
internal sealed unsafe class QuantizedConvVnni : ByteConvKernel
{
    private const int MostTile = 16;

    private static readonly RoutineCache<ConvTileShape> Routines = new(ConvTileVnni.Emit);

    private readonly TileConstants _constants;
    private readonly nint[] _routines;
    private readonly int[] _mostPixels;
    private readonly int _pitch;

    public QuantizedConvVnni(QuantizedConvSpec spec) : base(spec, new ConvTiling(spec.Geometry, spec.MaxBatch, spec.Add is not null), InstructionSet.Avx512Vnni)
    {
        var tail = ConvTailShape.Of(spec);
        _constants = new TileConstants(spec, tail.Scaled);
        _pitch = spec.Output.Pitch;
        _routines = new nint[Tiling.Panels.Length * MostTile];
        _mostPixels = new int[Tiling.Panels.Length];
        for (int p = 0; p < Tiling.Panels.Length; p++)
        {
            int columns = Tiling.Panels[p].Columns;
            int most = _mostPixels[p] = ConvTileShape.PixelsFor(ConvTileShape.VectorsOf(columns), Tiling.Runs * Tiling.Steps, Tiling.PixelStride, tail.Adds);
            foreach (int line in Tiling.LineLengths(spec.MaxBatch))
            {
                (int size, _, int smaller) = ConvTiling.CutLine(line, most);
                for (int pixels = size; pixels >= (smaller > 0 ? size - 1 : size); pixels--)
                    _routines[p * MostTile + pixels] = Routines.For(
                        new(pixels, columns, Tiling.Runs, Tiling.Steps, Tiling.PixelStride, spec.Output.Pitch, tail));
            }
        }
    }

    protected override byte* Constants => _constants.Address;

    public override void Dispose()
    {
        _constants.Dispose();
        base.Dispose();
    }

    protected override int[] ColumnOrder(int columns) => PanelColumns.Of(columns);

    [MethodImpl(MethodImplOptions.NoInlining)]
    protected override void RunLine(int panel, int pixels, TileArguments* arguments)
    {
        (int size, int larger, int smaller) = ConvTiling.CutLine(pixels, _mostPixels[panel]);
        Call(panel, size, larger, arguments);
        if (smaller == 0) return;
        arguments->Input += (long)larger * size * Tiling.PixelStride;
        long done = (long)larger * size * _pitch;
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
