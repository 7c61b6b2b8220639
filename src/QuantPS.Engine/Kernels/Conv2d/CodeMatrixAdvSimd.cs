using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Exact sums of (code - zero point) * weight, in tiles of 6 pixels by 16 or 8 channels, and of one pixel for what is left over. Rows
/// come straight from the input where the convolution is pointwise and the tiles take codes as they are, else codes are gathered by
/// blocks, the zero point for padding; what the zero point adds to the sums is in their start.
/// </summary>
/// <remarks>
/// Weights are packed as int8, [panel][step of the depth][column][code of the step]. Weights whose zero point takes them out of int8
/// are packed as parts that add up to them, and each row is laid down once for each part.
/// </remarks>
internal abstract unsafe class CodeMatrixAdvSimd<TTiles> : MatrixKernel where TTiles : struct, ICodeTiles
{
    private const int BlockBytes = 64 * 1024;
    /// <summary>Rows are copied in vectors, which may reach past their end.</summary>
    private const int Lanes = 16;

    private readonly Value _input;
    private readonly ConvRuns _runs;
    private readonly int _copies;
    private readonly bool _direct;
    private readonly int _steps;
    private readonly int _stride;
    private readonly int _blockRows;
    private readonly NativeMemoryBlock _packed;
    private readonly NativeMemoryBlock _start;
    private readonly int[] _weightSums;

    protected CodeMatrixAdvSimd(string name, Value input, ConvGeometry geometry, CodeWeights weights) : base(name, Int8, TTiles.InstructionSet, geometry)
    {
        _input = input;
        _runs = new ConvRuns(geometry);
        _copies = weights.Parts;
        _direct = geometry.IsPointwise && _copies == 1 && TTiles.Flip == 0;
        _steps = (Geometry.Depth * _copies + TTiles.Step - 1) / TTiles.Step;
        _stride = _direct ? geometry.InputChannels : (_steps * TTiles.Step + Lanes - 1) / Lanes * Lanes;
        _blockRows = Math.Max(4, BlockBytes / (_stride * TileRows)) * TileRows;
        _packed = new NativeMemoryBlock((long)Layout.Columns * _steps * TTiles.Step);
        _start = new NativeMemoryBlock(Layout.Columns * sizeof(int));
        _weightSums = Layout.Spread(Pack(weights));
    }

    public override int ScratchBytes => _direct ? 0 : _blockRows * _stride + Lanes;

    private int* Start => (int*)_start.Address;

    private byte Padding { get; set; }

    public override void Dispose()
    {
        _packed.Dispose();
        _start.Dispose();
    }

    /// <summary>Sets the zero point of the input, and what the sums of each column start from beside it.</summary>
    protected void SetZeroPoint(int zeroPoint, ReadOnlySpan<int> bias)
    {
        Padding = (byte)(zeroPoint ^ TTiles.Flip);
        for (int i = 0; i < Layout.Columns; i++) Start[i] = unchecked((bias.IsEmpty ? 0 : bias[i]) + (TTiles.Shift - zeroPoint) * _weightSums[i]);
    }

    /// <summary>Turns sums into the output.</summary>
    /// <param name="panel">Their columns.</param>
    /// <param name="sums">Rows of 16.</param>
    /// <param name="rows">How many.</param>
    /// <param name="pixel">The output pixel of the first.</param>
    protected abstract void Finish(PanelLayout.Panel panel, int* sums, int rows, int pixel);

    protected sealed override void RunPanels(int firstPixel, int endPixel, int firstPanel, int endPanel, byte* scratch)
    {
        int group = -1;
        for (int block = firstPixel; block < endPixel; block += _blockRows)
        {
            int rows = Math.Min(_blockRows, endPixel - block);
            for (int p = firstPanel; p < endPanel; p++)
            {
                PanelLayout.Panel panel = Layout.Panels[p];
                byte* matrix = scratch;
                if (_direct) matrix = _input.Address + (long)block * _stride + panel.Group * Geometry.GroupInputs;
                else if (panel.Group != group || p == firstPanel) Gather(block, rows, panel.Group, matrix);
                group = panel.Group;
                RunPanel(panel, matrix, rows, block);
            }
        }
    }

    private void RunPanel(PanelLayout.Panel panel, byte* matrix, int rows, int pixel)
    {
        int* sums = stackalloc int[TileRows * PanelLayout.Wide];
        int* start = Start + panel.Start;
        sbyte* weights = (sbyte*)_packed.Address + (long)panel.Start * _steps * TTiles.Step;
        int row = 0;
        if (rows >= TileRows)
            // The last tile reaches back over rows that are done: the same sums again.
            for (; row < rows; row += TileRows)
            {
                int at = Math.Min(row, rows - TileRows);
                byte* a = matrix + (long)at * _stride;
                if (panel.Width == PanelLayout.Wide) TTiles.SixByWide(a, _stride, weights, _steps, start, sums);
                else TTiles.SixByNarrow(a, _stride, weights, _steps, start, sums);
                Finish(panel, sums, TileRows, pixel + at);
            }
        for (; row < rows; row++)
        {
            byte* a = matrix + (long)row * _stride;
            if (panel.Width == PanelLayout.Wide) TTiles.OneByWide(a, weights, _steps, start, sums);
            else TTiles.OneByNarrow(a, weights, _steps, start, sums);
            Finish(panel, sums, 1, pixel + row);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private void Gather(int pixel, int rows, int group, byte* to)
    {
        Span<(int Start, int Length)> runs = stackalloc (int, int)[_runs.Most];
        var cursor = new PixelCursor(Geometry, pixel);
        int count = 0, shift = 0;
        for (int row = 0; row < rows; row++, cursor.Next(), to += _stride)
        {
            byte* image = _input.Address + (long)cursor.Sample * _input.Elements;
            // The runs of a pixel inside a row are those of the pixel before it, moved.
            if (row > 0 && _runs.IsInside(cursor.Column - 1) && _runs.IsInside(cursor.Column)) shift += _runs.Step;
            else (count, shift) = (_runs.List(cursor.Row, cursor.Column, group, runs), 0);
            byte* at = to;
            for (int copy = 0; copy < _copies; copy++)
                for (int i = 0; i < count; i++)
                {
                    (int start, int length) = runs[i];
                    if (start < 0) NativeMemory.Fill(at, (nuint)length, Padding);
                    else CodesAdvSimd.Copy(image + start + shift, at, length, TTiles.Flip);
                    at += length;
                }
        }
    }

    /// <summary>Packs the weights.</summary>
    /// <returns>The sums of the weights of each output channel.</returns>
    private int[] Pack(CodeWeights weights)
    {
        var sums = new int[Geometry.OutputChannels];
        foreach (PanelLayout.Panel panel in Layout.Panels)
            for (int n = 0; n < panel.Columns; n++)
            {
                ReadOnlySpan<short> row = weights.Row(panel.Channel + n);
                sbyte* column = (sbyte*)_packed.Address + (long)panel.Start * _steps * TTiles.Step + TTiles.Step * n;
                for (int copy = 0, k = 0; copy < _copies; copy++)
                    for (int i = 0; i < row.Length; i++, k++)
                        column[(long)(k / TTiles.Step) * TTiles.Step * panel.Width + k % TTiles.Step] = CodeWeights.Part(row[i], copy);
                sums[panel.Channel + n] = (int)CodeWeights.Sum(row);
            }
        return sums;
    }
}
