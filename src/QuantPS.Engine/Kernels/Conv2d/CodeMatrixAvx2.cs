using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Exact sums of (code - zero point) * weight. A block of pixels is widened to int16, the zero point taken off, so that padding is 0;
/// then tiles of 6 pixels by 16 channels multiply pairs of the depth (vpmaddwd) and add them up in int32.
/// </summary>
/// <remarks>
/// Weights are packed as int8, [panel][pair of the depth][column][2]. Weights whose zero point takes them out of int8 are packed as
/// parts that add up to them, and each row is laid down once for each part.
/// </remarks>
internal abstract unsafe class CodeMatrixAvx2 : MatrixKernel
{
    private const int BlockBytes = 96 * 1024;
    private const int Lanes = 16;

    private readonly Value _input;
    private readonly ConvRuns _runs;
    private readonly int _copies;
    private readonly int _pairs;
    private readonly int _stride;
    private readonly int _blockRows;
    private readonly NativeMemoryBlock _packed;

    protected CodeMatrixAvx2(string name, Value input, ConvGeometry geometry, CodeWeights weights) : base(name, Int8, InstructionSet.Avx2, geometry)
    {
        _input = input;
        _runs = new ConvRuns(geometry);
        _copies = weights.Parts;
        _pairs = (Geometry.Depth * _copies + 1) / 2;
        _stride = (2 * _pairs + Lanes - 1) / Lanes * Lanes + Lanes;
        _blockRows = Math.Max(4, BlockBytes / (sizeof(short) * _stride * TileRows)) * TileRows;
        _packed = new NativeMemoryBlock((long)Layout.Columns * _pairs * 2);
        Pack(weights);
    }

    public override int ScratchBytes => _blockRows * _stride * sizeof(short);

    /// <summary>The zero point of the input.</summary>
    protected int ZeroPoint { get; set; }

    public override void Dispose() => _packed.Dispose();

    /// <summary>What the sums of each column start from; whole vectors can be read behind the last.</summary>
    protected abstract int* Start { get; }

    /// <summary>Turns sums into the output.</summary>
    /// <param name="panel">Their columns.</param>
    /// <param name="sums">Rows of 16.</param>
    /// <param name="rows">How many.</param>
    /// <param name="pixel">The output pixel of the first.</param>
    protected abstract void Finish(PanelLayout.Panel panel, int* sums, int rows, int pixel);

    protected sealed override void RunPanels(int firstPixel, int endPixel, int firstPanel, int endPanel, byte* scratch)
    {
        var matrix = (short*)scratch;
        int group = -1;
        for (int block = firstPixel; block < endPixel; block += _blockRows)
        {
            int rows = Math.Min(_blockRows, endPixel - block);
            for (int p = firstPanel; p < endPanel; p++)
            {
                PanelLayout.Panel panel = Layout.Panels[p];
                if (panel.Group != group || p == firstPanel) Gather(block, rows, panel.Group, matrix);
                group = panel.Group;
                RunPanel(panel, matrix, rows, block);
            }
        }
    }

    private void RunPanel(PanelLayout.Panel panel, short* matrix, int rows, int pixel)
    {
        int* sums = stackalloc int[TileRows * PanelLayout.Wide];
        int* start = Start + panel.Start;
        var weights = (sbyte*)_packed.Address + (long)panel.Start * _pairs * 2;
        int row = 0;
        if (rows >= TileRows)
            // The last tile reaches back over rows that are done: the same sums again.
            for (; row < rows; row += TileRows)
            {
                int at = Math.Min(row, rows - TileRows);
                short* a = matrix + (long)at * _stride;
                if (panel.Width == PanelLayout.Wide) CodeTilesAvx2.SixByWide(a, _stride, weights, _pairs, start, sums);
                else CodeTilesAvx2.SixByNarrow(a, _stride, weights, _pairs, start, sums);
                Finish(panel, sums, TileRows, pixel + at);
            }
        for (; row < rows; row++)
        {
            short* a = matrix + (long)row * _stride;
            if (panel.Width == PanelLayout.Wide) CodeTilesAvx2.OneByWide(a, weights, _pairs, start, sums);
            else CodeTilesAvx2.OneByNarrow(a, weights, _pairs, start, sums);
            Finish(panel, sums, 1, pixel + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Gather(int pixel, int rows, int group, short* to)
    {
        Vector256<short> zero = Vector256.Create((short)ZeroPoint);
        if (Geometry.IsPointwise && _copies == 1)
        {
            byte* from = _input.Address + (long)pixel * Geometry.InputChannels + group * Geometry.GroupInputs;
            for (int row = 0; row < rows; row++, from += Geometry.InputChannels, to += _stride) Widen(from, zero, to, Geometry.GroupInputs);
            return;
        }
        Span<(int Start, int Length)> runs = stackalloc (int, int)[_runs.Most];
        var cursor = new PixelCursor(Geometry, pixel);
        int count = 0, shift = 0;
        for (int row = 0; row < rows; row++, cursor.Next(), to += _stride)
        {
            byte* image = _input.Address + (long)cursor.Sample * _input.Elements;
            // The runs of a pixel inside a row are those of the pixel before it, moved.
            if (row > 0 && _runs.IsInside(cursor.Column - 1) && _runs.IsInside(cursor.Column)) shift += _runs.Step;
            else (count, shift) = (_runs.List(cursor.Row, cursor.Column, group, runs), 0);
            short* at = to;
            for (int copy = 0; copy < _copies; copy++)
                for (int i = 0; i < count; i++)
                {
                    (int start, int length) = runs[i];
                    if (start < 0) Clear(at, length);
                    else Widen(image + start + shift, zero, at, length);
                    at += length;
                }
        }
    }

    /// <summary>Widens whole vectors: what goes past the end lies in the next run, or meets weights of zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Widen(byte* from, Vector256<short> zero, short* to, nint length)
    {
        for (nint i = 0; i < length; i += Lanes) Avx.Store(to + i, Avx2.Subtract(Avx2.ConvertToVector256Int16(from + i), zero));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Clear(short* to, nint length)
    {
        for (nint i = 0; i < length; i += Lanes) Avx.Store(to + i, Vector256<short>.Zero);
    }

    private void Pack(CodeWeights weights)
    {
        foreach (PanelLayout.Panel panel in Layout.Panels)
            for (int n = 0; n < panel.Columns; n++)
            {
                ReadOnlySpan<short> row = weights.Row(panel.Channel + n);
                sbyte* column = (sbyte*)_packed.Address + (long)panel.Start * _pairs * 2 + 2 * n;
                for (int copy = 0, k = 0; copy < _copies; copy++)
                    for (int i = 0; i < row.Length; i++, k++)
                        column[(long)(k >> 1) * 2 * panel.Width + (k & 1)] = CodeWeights.Part(row[i], copy);
            }
    }
}
