using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution of codes by tiles of intrinsics. Where products have 16 bits, the steps of a panel are put in groups that can be added
/// before they are widened; codes above 127 are taken as 127, and what they have more, which is rare where activations have seven bits,
/// is added step by step.
/// </summary>
/// <typeparam name="TVector">The vector, of integers.</typeparam>
/// <typeparam name="TLanes">What is done with vectors.</typeparam>
/// <typeparam name="TDot">How products are added.</typeparam>
internal abstract unsafe class ByteTilesKernel<TVector, TLanes, TDot> : ByteConvKernel
    where TLanes : struct, ICodeLanes<TVector> where TDot : struct, IGroupedDot<TVector>
{
    // For each panel where the codes of each step lie, in the order of its weights.
    private readonly NativeMemoryBlock _offsets;
    // For each panel the place of each step among its weights.
    private readonly NativeMemoryBlock _places;
    private readonly ByteTile[] _tiles;
    private readonly int _steps;
    private readonly int _outputStride;

    protected ByteTilesKernel(string name, Value input, Value output, ConvTiling tiling, InstructionSet instructionSet)
        : base(name, input, output, tiling, instructionSet)
    {
        _steps = Tiling.Runs * Tiling.Steps;
        _outputStride = output.Pitch * output.Element.Size();
        _offsets = new NativeMemoryBlock((long)Tiling.Panels.Length * _steps * sizeof(int));
        _places = new NativeMemoryBlock((long)Tiling.Panels.Length * _steps * sizeof(ushort));
        _tiles = new ByteTile[Tiling.Panels.Length];
    }

    protected static ConvTiling TilingOf(ConvGeometry geometry, int maxBatch, bool keepsBands = false) =>
        new(geometry, maxBatch, keepsBands: keepsBands, panelColumns: ByteTiles<TVector, TLanes, TDot>.Columns);

    /// <summary>Puts the steps of all panels in order, after they were packed.</summary>
    protected void MakeTiles(CodeConstants constants)
    {
        long[] runs = Tiling.RunStarts();
        for (int panel = 0; panel < _tiles.Length; panel++)
        {
            StepGroups groups = Sort(panel, runs);
            _tiles[panel] = new()
            {
                Offsets = Offsets(panel), Threes = groups.Threes, Twos = groups.Twos, Ones = groups.Ones, Stride = Tiling.PixelStride,
                Constants = constants, Columns = Tiling.Panels[panel].Columns, Pitch = _outputStride,
            };
        }
    }

    /// <summary>Whether all sums go through <see cref="Finish"/>; else only those that tiles do not finish themselves.</summary>
    protected virtual bool FinishesSums => false;

    /// <summary>The column of a panel in a lane of its vectors.</summary>
    protected abstract int ColumnOf(int lane);

    /// <summary>Stores what rows of sums become.</summary>
    protected abstract void Finish(in ByteTile tile, byte* sums, nint rows, byte* to);

    protected override byte* Constants => null;

    public override void Dispose()
    {
        _offsets.Dispose();
        _places.Dispose();
        base.Dispose();
    }

    protected override int[] ColumnOrder(int columns)
    {
        var order = new int[ByteTiles<TVector, TLanes, TDot>.Columns];
        for (int lane = 0; lane < order.Length; lane++)
        {
            int column = ColumnOf(lane);
            order[lane] = column < columns ? column : -1;
        }
        return order;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    protected override void RunLine(int panel, int pixels, TileArguments* arguments)
    {
        ByteTile tile = _tiles[panel];
        tile.Weights = (byte*)arguments->Weights;
        tile.Numbers = arguments->Numbers;
        bool hasLarge = !TDot.TakesEveryCode && HasLargeCodes(arguments->Input, pixels, arguments);
        byte* sums = stackalloc byte[ByteTile.Rows * ByteTiles<TVector, TLanes, TDot>.StepBytes];
        int pixel = 0;
        if (pixels >= ByteTile.Rows)
        {
            // Lines that fours do not fill end in threes; where that cannot be, the last tile reaches back over pixels that are done.
            int threes = -pixels & 3;
            int fours = 3 * threes <= pixels ? (pixels - 3 * threes) / 4 : (pixels + 3) / 4;
            for (; fours > 0; fours--, pixel += 4) RunRows<FourRows>(panel, Math.Min(pixel, pixels - 4), hasLarge, tile, arguments, sums);
            for (; pixel < pixels; pixel += 3) RunRows<ThreeRows>(panel, pixel, hasLarge, tile, arguments, sums);
        }
        for (; pixel < pixels; pixel++)
        {
            byte* codes = arguments->Input + (long)pixel * Tiling.PixelStride;
            if (hasLarge)
            {
                ByteTiles<TVector, TLanes, TDot>.One<CappedCodes>(tile, codes, sums);
                AddExcess(panel, 1, codes, arguments, sums);
            }
            else ByteTiles<TVector, TLanes, TDot>.One<AllCodes>(tile, codes, sums);
            Finish(tile, sums, 1, arguments->Output + (long)pixel * tile.Pitch);
        }
    }

    private void RunRows<TRows>(int panel, int pixel, bool mayHaveLarge, in ByteTile tile, TileArguments* arguments, byte* sums) where TRows : struct, ITileRows
    {
        byte* codes = arguments->Input + (long)pixel * Tiling.PixelStride;
        byte* to = arguments->Output + (long)pixel * tile.Pitch;
        if (mayHaveLarge && HasLargeCodes(codes, TRows.Count, arguments))
        {
            ByteTiles<TVector, TLanes, TDot>.Rows<TRows, CappedCodes>(tile, codes, to, sums);
            AddExcess(panel, TRows.Count, codes, arguments, sums);
            Finish(tile, sums, TRows.Count, to);
            return;
        }
        ByteTiles<TVector, TLanes, TDot>.Rows<TRows, AllCodes>(tile, codes, to, FinishesSums ? sums : null);
        if (FinishesSums) Finish(tile, sums, TRows.Count, to);
    }

    private bool HasLargeCodes(byte* codes, int pixels, TileArguments* arguments)
    {
        nint length = (nint)(pixels - 1) * Tiling.PixelStride + Tiling.RunBytes;
        for (int run = 0; run < Tiling.Runs; run++)
            if (LargeCodes.Any(codes + arguments->Runs[run], length)) return true;
        return false;
    }

    /// <summary>Adds what codes have above 127.</summary>
    private void AddExcess(int panel, int rows, byte* codes, TileArguments* arguments, byte* sums)
    {
        const uint HighBits = 0x80808080;
        int stepBytes = ByteTiles<TVector, TLanes, TDot>.StepBytes;
        ushort* places = Places(panel);
        for (int row = 0; row < rows; row++, codes += Tiling.PixelStride, sums += stepBytes)
            for (int run = 0; run < Tiling.Runs; run++)
            {
                byte* from = codes + arguments->Runs[run];
                for (int at = LargeCodes.Next(from, 0, Tiling.RunBytes); at < Tiling.RunBytes; at = LargeCodes.Next(from, at, Tiling.RunBytes))
                {
                    int step = at / 4;
                    uint four = *(uint*)(from + 4 * step);
                    uint excess = ((four & ~HighBits) + 0x01010101) & ((four & HighBits) >> 7) * byte.MaxValue;
                    ByteTiles<TVector, TLanes, TDot>.AddStep((byte*)arguments->Weights + (long)places[run * Tiling.Steps + step] * stepBytes, excess, sums);
                    at = 4 * step + 4;
                }
            }
    }

    private StepGroups Sort(int panel, long[] runs)
    {
        Span<sbyte> weights = WeightsOf(panel);
        int stepBytes = ByteTiles<TVector, TLanes, TDot>.StepBytes;
        var groups = new StepGroups(weights, _steps, alone: TDot.TakesEveryCode);
        sbyte[] natural = weights.ToArray();
        for (int place = 0; place < _steps; place++)
        {
            int step = groups.Order[place];
            natural.AsSpan(step * stepBytes, stepBytes).CopyTo(weights[(place * stepBytes)..]);
            Offsets(panel)[place] = checked((int)runs[step / Tiling.Steps] + step % Tiling.Steps * 4);
            Places(panel)[step] = (ushort)place;
        }
        return groups;
    }

    private int* Offsets(int panel) => (int*)_offsets.Address + (long)panel * _steps;

    private ushort* Places(int panel) => (ushort*)_places.Address + (long)panel * _steps;
}
