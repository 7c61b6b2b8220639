using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution of codes whose tiles multiply bytes: weights lie as [panel][run][step of four][vector][lane][4], so that a lane of 32
/// bits takes four products at once. A unit is a band of output rows, or of pixels, by a panel of output channels.
/// </summary>
/// <remarks>
/// Padding is copied around a band of the input, so that each pixel's runs lie at the same distances; a thread keeps the band while it
/// goes from panel to panel. The input's zero point is in the starts of the sums.
/// </remarks>
internal abstract unsafe class ByteConvKernel : Kernel
{
    private const int TagBytes = 64;
    private const int ReadMargin = 64;

    private static long s_runs;

    private readonly Value _input;
    private readonly Value _output;
    private readonly ConvGeometry _geometry;
    private readonly int _outputPitch;
    private readonly NativeMemoryBlock _weights;
    private readonly NativeMemoryBlock _numbers;
    private readonly NativeMemoryBlock _runs;
    private readonly long[] _weightStarts;
    private readonly int[] _numberStarts;
    private readonly int _panels;
    private readonly int _bands;
    private long _run;

    protected ByteConvKernel(string name, Value input, Value output, ConvTiling tiling, InstructionSet instructionSet) : base(name, Int8, instructionSet)
    {
        (_input, _output, Tiling, _geometry) = (input, output, tiling, tiling.Geometry);
        _outputPitch = output.Pitch * output.Element.Size();
        _panels = Tiling.Panels.Length;
        _bands = Tiling.Bands(1);
        _weightStarts = new long[_panels + 1];
        _numberStarts = new int[_panels + 1];
        for (int p = 0; p < _panels; p++)
        {
            int vectors = Tiling.LanesOf(Tiling.Panels[p]) / ConvTileShape.Lanes;
            _weightStarts[p + 1] = _weightStarts[p] + (long)Tiling.Runs * Tiling.Steps * vectors * 4 * ConvTileShape.Lanes;
            _numberStarts[p + 1] = _numberStarts[p] + vectors * PanelNumbers.Kinds * ConvTileShape.Lanes * sizeof(float);
        }
        _weights = new NativeMemoryBlock(_weightStarts[^1]);
        _numbers = new NativeMemoryBlock(_numberStarts[^1]);
        _runs = new NativeMemoryBlock(Tiling.Runs * sizeof(long));
        Tiling.RunStarts().CopyTo(new Span<long>(_runs.Address, Tiling.Runs));
    }

    public override int ScratchBytes => Tiling.IsPadded ? TagBytes + Tiling.BandInputRows * Tiling.RowPitch + ReadMargin : 0;

    protected ConvTiling Tiling { get; }

    /// <summary>What padding is made of.</summary>
    protected virtual byte PaddingCode => 0;

    /// <summary>The value whose codes are added, where the tiles do that.</summary>
    protected virtual Value? Addend => null;

    /// <summary>The batch of the run.</summary>
    protected int Batch { get; private set; }

    protected abstract byte* Constants { get; }

    public override int Units(int batch) => Tiling.Bands(batch) * _panels;

    public override void Begin(int batch) => (Batch, _run) = (batch, Interlocked.Increment(ref s_runs));

    public override void Dispose()
    {
        _weights.Dispose();
        _numbers.Dispose();
        _runs.Dispose();
    }

    public override void Run(int first, int end, byte* scratch)
    {
        TileArguments arguments = new() { Constants = Constants, Runs = (long*)_runs.Address };
        for (int unit = first; unit < end; unit++)
        {
            (int band, int panel) = At(unit);
            arguments.Weights = (sbyte*)_weights.Address + _weightStarts[panel];
            arguments.Numbers = NumbersOf(panel);
            if (Tiling.IsFlat) RunPixels(band, panel, ref arguments);
            else RunRows(band, panel, ref arguments, scratch);
        }
    }

    /// <summary>Computes a line of pixels of a panel.</summary>
    protected abstract void RunLine(int panel, int pixels, TileArguments* arguments);

    /// <summary>The band and the panel of a unit.</summary>
    protected (int Band, int Panel) At(int unit)
    {
        if (!Tiling.IsPanelMajor) return Math.DivRem(unit, _panels);
        (int panel, int band) = Math.DivRem(unit, Tiling.Bands(Batch));
        return (band, panel);
    }

    /// <summary>The weights of a panel, as packed.</summary>
    protected Span<sbyte> WeightsOf(int panel) =>
        new((sbyte*)_weights.Address + _weightStarts[panel], checked((int)(_weightStarts[panel + 1] - _weightStarts[panel])));

    /// <summary>The pixels of a band: the first, and how many.</summary>
    protected (int First, int Count) PixelsOf(int band)
    {
        if (Tiling.IsFlat)
        {
            int pixel = band * Tiling.LinePixels;
            return (pixel, Math.Min(Tiling.LinePixels, Batch * _geometry.OutputPixels - pixel));
        }
        (int sample, int ofSample) = Math.DivRem(band, _bands);
        int row = ofSample * Tiling.BandLines;
        int rows = Math.Min(Tiling.BandLines, _geometry.OutputHeight - row);
        return (sample * _geometry.OutputPixels + row * _geometry.OutputWidth, rows * _geometry.OutputWidth);
    }

    private void RunPixels(int band, int panel, ref TileArguments arguments)
    {
        ConvTiling.Panel p = Tiling.Panels[panel];
        (int pixel, int pixels) = PixelsOf(band);
        arguments.Input = _input.Address + (long)pixel * _geometry.InputChannels + p.Group * _geometry.GroupInputs;
        RunLineAt((long)pixel, panel, pixels, ref arguments);
    }

    private void RunRows(int band, int panel, ref TileArguments arguments, byte* scratch)
    {
        ConvGeometry g = _geometry;
        ConvTiling.Panel p = Tiling.Panels[panel];
        (int sample, int bandOfSample) = Math.DivRem(band, _bands);
        int first = bandOfSample * Tiling.BandLines, end = Math.Min(first + Tiling.BandLines, g.OutputHeight);
        byte* image = _input.Address + (long)sample * _input.Elements;
        byte* input = Tiling.IsPadded ? PaddedBand(image, band, first, end, scratch) : image + (long)first * g.Window.Stride.Height * Tiling.RowPitch;
        input += p.Group * g.GroupInputs;
        for (int row = first; row < end; row++, input += (long)g.Window.Stride.Height * Tiling.RowPitch)
        {
            arguments.Input = input;
            RunLineAt((long)sample * g.OutputPixels + (long)row * g.OutputWidth, panel, g.OutputWidth, ref arguments);
        }
    }

    private void RunLineAt(long pixel, int panel, int pixels, ref TileArguments arguments)
    {
        arguments.Output = _output.Address + pixel * _outputPitch + Tiling.Panels[panel].Channel * _output.Element.Size();
        if (Addend is { } addend) arguments.Addend = addend.Address + pixel * _outputPitch + Tiling.Panels[panel].Channel;
        fixed (TileArguments* pointer = &arguments) RunLine(panel, pixels, pointer);
    }

    private byte* PaddedBand(byte* image, int band, int firstRow, int endRow, byte* scratch)
    {
        var tag = (long*)scratch;
        byte* copy = scratch + TagBytes;
        if (tag[0] == _run && tag[1] == band) return copy;
        ConvGeometry g = _geometry;
        Window2 w = g.Window;
        byte zero = PaddingCode;
        int left = Math.Min(w.Padding.Width, Tiling.PaddedWidth), inside = Math.Min(g.InputWidth, Tiling.PaddedWidth - left), right = Tiling.PaddedWidth - left - inside;
        int y = firstRow * w.Stride.Height - w.Padding.Height;
        int end = (endRow - 1) * w.Stride.Height - w.Padding.Height + w.Dilation.Height * (w.Kernel.Height - 1) + 1;
        for (byte* to = copy; y < end; y++, to += Tiling.RowPitch)
        {
            if ((uint)y >= (uint)g.InputHeight)
            {
                NativeMemory.Fill(to, (nuint)Tiling.RowPitch, zero);
                continue;
            }
            NativeMemory.Fill(to, (nuint)(left * g.InputChannels), zero);
            byte* row = image + (long)y * g.InputWidth * g.InputChannels;
            NativeMemory.Copy(row, to + left * g.InputChannels, (nuint)(inside * g.InputChannels));
            NativeMemory.Fill(to + (left + inside) * g.InputChannels, (nuint)(right * g.InputChannels), zero);
        }
        (tag[0], tag[1]) = (_run, band);
        return copy;
    }

    /// <summary>Packs the weights and writes the numbers of all panels; the kernels' constructors call it.</summary>
    protected void Pack(CodeWeights weights)
    {
        for (int panel = 0; panel < _panels; panel++)
        {
            int[] order = ColumnOrder(Tiling.Panels[panel].Columns);
            sbyte* packed = (sbyte*)_weights.Address + _weightStarts[panel];
            int depthStride = order.Length * 4;
            for (int lane = 0; lane < order.Length; lane++)
            {
                if (order[lane] < 0) continue;
                int channel = Tiling.Panels[panel].Channel + order[lane];
                ReadOnlySpan<short> weight = weights.Row(channel);
                fixed (short* row = weight)
                    for (int run = 0; run < Tiling.Runs; run++)
                        PackRun(row + run * Tiling.RunBytes, Tiling.RunBytes, packed + (long)run * Tiling.Steps * depthStride + lane * 4, depthStride);
                WriteNumbers(panel, order.Length, lane, channel, (int)CodeWeights.Sum(weight));
            }
        }
    }

    /// <summary>A panel's numbers: <see cref="PanelNumbers"/>.</summary>
    protected byte* NumbersOf(int panel) => _numbers.Address + _numberStarts[panel];

    /// <summary>Writes the numbers of an output channel.</summary>
    /// <param name="panel">Its panel.</param>
    /// <param name="lanes">The panel's numbers of a kind.</param>
    /// <param name="lane">The channel's place among them.</param>
    /// <param name="channel">The output channel.</param>
    /// <param name="weightSum">The sum of its weights.</param>
    protected abstract void WriteNumbers(int panel, int lanes, int lane, int channel, int weightSum);

    /// <summary>Packs a run of one channel, four weights at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void PackRun(short* weight, int count, sbyte* to, nint stride)
    {
        for (; count >= 4; count -= 4, weight += 4, to += stride)
            *(int*)to = (byte)weight[0] | (byte)weight[1] << 8 | (byte)weight[2] << 16 | (byte)weight[3] << 24;
        for (int i = 0; i < count; i++) to[i] = (sbyte)weight[i];
    }

    /// <summary>The channel of a panel in each lane; -1 for none.</summary>
    protected abstract int[] ColumnOrder(int columns);
}
