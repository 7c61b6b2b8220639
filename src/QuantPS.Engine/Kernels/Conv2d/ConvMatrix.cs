using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A float convolution in tiles of 6 pixels by 16 or 8 channels, and of one pixel for what is left over; rows straight from the input
/// where the convolution is pointwise, else gathered by blocks. Whatever the tile, an element is one chain of fused multiply-adds over
/// the depth, then the bias, then the bounds.
/// </summary>
internal abstract unsafe class ConvMatrix : MatrixKernel
{
    private const int BlockBytes = 192 * 1024;

    private readonly ConvSpec _spec;
    private readonly ConvRuns _runs;
    private readonly bool _direct;
    private readonly int _blockRows;
    private readonly NativeMemoryBlock _packed;

    protected ConvMatrix(ConvSpec spec, InstructionSet instructionSet) : base(spec.Name, Float32, instructionSet, spec.Geometry)
    {
        _spec = spec;
        _runs = new ConvRuns(spec.Geometry);
        _direct = spec.Geometry.IsPointwise;
        _blockRows = Math.Max(4, BlockBytes / (sizeof(float) * Geometry.Depth * TileRows)) * TileRows;
        _packed = new NativeMemoryBlock((long)Layout.Columns * (Geometry.Depth + 1) * sizeof(float));
        Pack();
    }

    public override int ScratchBytes => _direct ? 0 : _blockRows * Geometry.Depth * sizeof(float);

    private float* Bias => (float*)_packed.Address + (long)Layout.Columns * Geometry.Depth;

    public override void Dispose() => _packed.Dispose();

    protected override void RunPanels(int firstPixel, int endPixel, int firstPanel, int endPanel, byte* scratch)
    {
        int group = -1, stride = _direct ? Geometry.InputChannels : Geometry.Depth;
        for (int block = firstPixel; block < endPixel; block += _blockRows)
        {
            int rows = Math.Min(_blockRows, endPixel - block);
            for (int p = firstPanel; p < endPanel; p++)
            {
                PanelLayout.Panel panel = Layout.Panels[p];
                float* matrix = (float*)scratch;
                if (_direct) matrix = _spec.Input.Floats + (long)block * stride + panel.Group * Geometry.GroupInputs;
                else if (panel.Group != group || p == firstPanel) Gather(block, rows, panel.Group, matrix);
                group = panel.Group;
                RunPanel(panel, matrix, stride, rows, _spec.Output.Floats + (long)block * _spec.Output.Pitch + panel.Channel);
            }
        }
    }

    /// <summary>Computes a tile of 6 pixels by 16 channels.</summary>
    /// <param name="tile">What the tiles of a panel share.</param>
    /// <param name="a">The first pixel's row of the matrix.</param>
    /// <param name="stride">The floats from a row to the next.</param>
    /// <param name="c">Where the first pixel's results go.</param>
    /// <param name="outputStride">The floats from the results of a pixel to those of the next.</param>
    protected abstract void SixByWide(in ConvTile tile, float* a, nint stride, float* c, nint outputStride);

    /// <summary>Whether there is a tile of 12 pixels by 16 channels.</summary>
    protected virtual bool TakesTwelve => false;

    /// <summary>Computes a tile of 12 pixels by 16 channels, where there is one.</summary>
    protected virtual void TwelveByWide(in ConvTile tile, float* a, nint stride, float* c, nint outputStride) => throw new NotSupportedException();

    /// <summary>Computes a tile of 6 pixels by 8 channels.</summary>
    protected abstract void SixByNarrow(in ConvTile tile, float* a, nint stride, float* c, nint outputStride);

    /// <summary>Computes a pixel of 16 channels.</summary>
    protected abstract void OneByWide(in ConvTile tile, float* a, float* c);

    /// <summary>Computes a pixel of 8 channels.</summary>
    protected abstract void OneByNarrow(in ConvTile tile, float* a, float* c);

    private void RunPanel(PanelLayout.Panel panel, float* matrix, int stride, int rows, float* output)
    {
        var tile = new ConvTile(
            Geometry.Depth, (float*)_packed.Address + (long)panel.Start * Geometry.Depth, Bias + panel.Start, panel.Columns, _spec.Low, _spec.High);
        nint pitch = _spec.Output.Pitch;
        int row = 0;
        if (TakesTwelve && panel.Width == PanelLayout.Wide)
            for (; row + 2 * TileRows <= rows; row += 2 * TileRows) TwelveByWide(tile, matrix + (long)row * stride, stride, output + row * pitch, pitch);
        if (rows >= TileRows)
            // The last tile reaches back over rows that are done: the same sums again.
            for (; row < rows; row += TileRows)
            {
                int at = Math.Min(row, rows - TileRows);
                float* a = matrix + (long)at * stride, c = output + at * pitch;
                if (panel.Width == PanelLayout.Wide) SixByWide(tile, a, stride, c, pitch);
                else SixByNarrow(tile, a, stride, c, pitch);
            }
        for (; row < rows; row++)
        {
            float* a = matrix + (long)row * stride, c = output + row * pitch;
            if (panel.Width == PanelLayout.Wide) OneByWide(tile, a, c);
            else OneByNarrow(tile, a, c);
        }
    }

    private void Gather(int pixel, int rows, int group, float* to)
    {
        Span<(int Start, int Length)> runs = stackalloc (int, int)[_runs.Most];
        var cursor = new PixelCursor(Geometry, pixel);
        for (int row = 0; row < rows; row++, cursor.Next())
        {
            float* image = _spec.Input.Floats + (long)cursor.Sample * _spec.Input.Elements;
            int count = _runs.List(cursor.Row, cursor.Column, group, runs);
            for (int i = 0; i < count; i++)
            {
                (int start, int length) = runs[i];
                if (start < 0) new Span<float>(to, length).Clear();
                else new Span<float>(image + start, length).CopyTo(new Span<float>(to, length));
                to += length;
            }
        }
    }

    private void Pack()
    {
        foreach (PanelLayout.Panel panel in Layout.Panels)
            for (int n = 0; n < panel.Columns; n++)
            {
                ReadOnlySpan<float> weight = _spec.Weight.Row(panel.Channel + n);
                float* to = (float*)_packed.Address + (long)panel.Start * Geometry.Depth + n;
                for (int k = 0; k < weight.Length; k++, to += panel.Width) *to = weight[k];
            }
        Layout.Spread(_spec.Bias).CopyTo(new Span<float>(Bias, Layout.Columns));
    }
}
