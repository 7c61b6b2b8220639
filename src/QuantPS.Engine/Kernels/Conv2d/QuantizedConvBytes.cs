using System.Runtime.CompilerServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution of codes by tiles of intrinsics. Where products have 16 bits, the steps of a panel are put in an order in which most
/// can be added in pairs before they are widened; codes above 127 are taken as 127, and what they have more, which is rare where
/// activations have seven bits, is added step by step.
/// </summary>
internal sealed unsafe class QuantizedConvBytes<TTiles> : ByteConvKernel, IRegionKernel where TTiles : struct, IByteTiles
{
    /// <summary>The most that the absolute values of four weights may add up to: 127 times as much fits into 16 bits.</summary>
    private const int MostWeight = 258;

    private readonly QuantizedConvSpec _spec;
    private readonly RequantizeAvx2? _requantize;
    private readonly RequantizeAvx512? _wide;
    // Where the codes of each step lie.
    private readonly NativeMemoryBlock _offsets;
    // For each panel the step at each place among its weights, then for each panel the place of each step.
    private readonly NativeMemoryBlock _orders;
    private readonly int[] _pairs;
    private readonly int _steps;

    public QuantizedConvBytes(QuantizedConvSpec spec)
        : base(spec, new ConvTiling(spec.Geometry, spec.MaxBatch, keepsBands: spec.IsAddedTo, panelColumns: TTiles.Columns), TTiles.InstructionSet)
    {
        _spec = spec;
        _steps = Tiling.Runs * Tiling.Steps;
        int panels = Tiling.Panels.Length;
        if (TTiles.Columns > ByteTile.BlockColumns) _wide = new RequantizeAvx512(spec);
        else _requantize = new RequantizeAvx2(spec.Requantization, spec.LargestSums(), ChannelsOfColumns());
        _offsets = new NativeMemoryBlock((long)_steps * sizeof(int));
        _orders = new NativeMemoryBlock(2L * panels * _steps * sizeof(ushort));
        _pairs = new int[panels];
        long[] runs = Tiling.RunStarts();
        for (int step = 0; step < _steps; step++) ((int*)_offsets.Address)[step] = checked((int)runs[step / Tiling.Steps] + step % Tiling.Steps * 4);
        for (int p = 0; p < panels; p++) OrderSteps(p);
    }

    /// <summary>Whether the steps of the depth can be numbered.</summary>
    public static bool Takes(QuantizedConvSpec spec) => spec.HasByteWeights && spec.Geometry.Depth <= ushort.MaxValue;

    protected override byte* Constants => null;

    public override void Dispose()
    {
        _requantize?.Dispose();
        _offsets.Dispose();
        _orders.Dispose();
        base.Dispose();
    }

    /// <summary>Whole bands, or neighbouring panels of the only one.</summary>
    public int RegionUnits(int first, int end)
    {
        int panels = Tiling.Panels.Length;
        if (Units(1) == panels && Units(Batch) == panels) return end - first;
        return !Tiling.IsPanelMajor && first % panels == 0 && end - first >= panels ? panels : 1;
    }

    public OutputRegion RegionOf(int first, int end)
    {
        (int band, int panel) = At(first);
        (int pixel, int pixels) = PixelsOf(band);
        ConvTiling.Panel start = Tiling.Panels[panel], last = Tiling.Panels[panel + end - first - 1];
        int pitch = _spec.Output.Pitch;
        return new(pixel * pitch + start.Channel, last.Channel + last.Columns - start.Channel, pitch, pixels);
    }

    protected override int[] ColumnOrder(int columns) =>
        [.. Enumerable.Range(0, TTiles.Columns).Select(column => column < columns ? column : -1)];

    private int[] ChannelsOfColumns() =>
        [.. Tiling.Panels.SelectMany(panel => ColumnOrder(panel.Columns).Select(column => column < 0 ? -1 : panel.Channel + column))];

    [MethodImpl(MethodImplOptions.NoInlining)]
    protected override void RunLine(int panel, int pixels, TileArguments* arguments)
    {
        var tile = new ByteTile(
            (nint)arguments->Weights, (nint)_offsets.Address, (nint)Order(panel), _pairs[panel], _steps - 2 * _pairs[panel], Tiling.PixelStride);
        bool hasLarge = !TTiles.TakesAllCodes && HasLargeCodes(arguments->Input, pixels, arguments);
        int* sums = stackalloc int[TTiles.Columns / ByteTile.BlockColumns * ByteTile.BlockSums];
        var start = new SumStart((nint)arguments->Numbers, TTiles.Columns / 2, 0);
        bool full = Tiling.Panels[panel].Columns == TTiles.Columns;
        int pixel = 0;
        if (pixels >= ByteTile.Rows)
            // The last tile reaches back over pixels that are done: the same codes again.
            for (; pixel < pixels; pixel += ByteTile.Rows)
            {
                int at = Math.Min(pixel, pixels - ByteTile.Rows);
                byte* codes = arguments->Input + (long)at * Tiling.PixelStride;
                byte* to = arguments->Output + (long)at * _spec.Output.Pitch;
                bool capped = hasLarge && HasLargeCodes(codes, ByteTile.Rows, arguments);
                var finish = new TileFinish(full && !capped ? _wide : null, (float*)arguments->Numbers, to, _spec.Output.Pitch);
                TTiles.Four(tile, codes, capped, start, sums, finish);
                if (capped) AddExcess(panel, ByteTile.Rows, codes, arguments, sums);
                if (finish.Requantize is null) Finish(panel, sums, ByteTile.Rows, arguments->Numbers, to);
            }
        for (; pixel < pixels; pixel++)
        {
            byte* codes = arguments->Input + (long)pixel * Tiling.PixelStride;
            TTiles.One(tile, codes, hasLarge, start, sums);
            if (hasLarge) AddExcess(panel, 1, codes, arguments, sums);
            Finish(panel, sums, 1, arguments->Numbers, arguments->Output + (long)pixel * _spec.Output.Pitch);
        }
    }

    private void Finish(int panel, int* sums, int rows, byte* numbers, byte* to)
    {
        int columns = Tiling.Panels[panel].Columns;
        for (int column = 0; column < columns; column += ByteTile.BlockColumns, sums += ByteTile.BlockSums)
            if (_wide is not null)
                _wide.Store(sums, rows, (float*)numbers + column, TTiles.Columns, to + column, _spec.Output.Pitch, columns - column);
            else _requantize!.Store(sums, rows, panel * TTiles.Columns + column, to + column, _spec.Output.Pitch, columns - column);
    }

    private bool HasLargeCodes(byte* codes, int pixels, TileArguments* arguments)
    {
        nint length = (nint)(pixels - 1) * Tiling.PixelStride + Tiling.RunBytes;
        for (int run = 0; run < Tiling.Runs; run++)
            if (TTiles.HasLargeCodes(codes + arguments->Runs[run], length)) return true;
        return false;
    }

    /// <summary>Adds what codes have above 127.</summary>
    private void AddExcess(int panel, int rows, byte* codes, TileArguments* arguments, int* sums)
    {
        const uint HighBits = 0x80808080;
        ushort* places = Order(Tiling.Panels.Length + panel);
        for (int row = 0; row < rows; row++, codes += Tiling.PixelStride, sums += ByteTile.BlockColumns)
            for (int run = 0; run < Tiling.Runs; run++)
            {
                byte* from = codes + arguments->Runs[run];
                for (int at = TTiles.NextLargeCode(from, 0, Tiling.RunBytes); at < Tiling.RunBytes; at = TTiles.NextLargeCode(from, at, Tiling.RunBytes))
                {
                    int step = at / 4;
                    uint four = *(uint*)(from + 4 * step);
                    uint excess = ((four & ~HighBits) + 0x01010101) & ((four & HighBits) >> 7) * byte.MaxValue;
                    TTiles.AddStep((sbyte*)arguments->Weights + (long)places[run * Tiling.Steps + step] * 4 * TTiles.Columns, excess, sums);
                    at = 4 * step + 4;
                }
            }
    }

    /// <summary>Puts the steps of a panel's weights in order: first the pairs that can be added in 16 bits, then the others.</summary>
    private void OrderSteps(int panel)
    {
        Span<sbyte> weights = WeightsOf(panel);
        int bytes = 4 * TTiles.Columns;
        var pairs = new List<int>(_steps);
        var singles = new List<int>();
        for (int step = 0; step < _steps; step++)
            if (step + 1 < _steps && FitTogether(weights.Slice(step * bytes, bytes), weights.Slice((step + 1) * bytes, bytes)))
                pairs.AddRange([step, ++step]);
            else singles.Add(step);
        int[] order = [.. pairs, .. singles];
        sbyte[] natural = weights.ToArray();
        ushort* steps = Order(panel), places = Order(Tiling.Panels.Length + panel);
        for (int i = 0; i < _steps; i++)
        {
            natural.AsSpan(order[i] * bytes, bytes).CopyTo(weights[(i * bytes)..]);
            (steps[i], places[order[i]]) = ((ushort)order[i], (ushort)i);
        }
        _pairs[panel] = pairs.Count / 2;
    }

    private ushort* Order(int index) => (ushort*)_orders.Address + (long)index * _steps;

    private static bool FitTogether(ReadOnlySpan<sbyte> step, ReadOnlySpan<sbyte> next)
    {
        if (TTiles.TakesAllCodes) return true;
        for (int i = 0; i < step.Length; i += 2)
            if (Math.Abs((int)step[i]) + Math.Abs((int)step[i + 1]) + Math.Abs((int)next[i]) + Math.Abs((int)next[i + 1]) > MostWeight)
                return false;
        return true;
    }
}
