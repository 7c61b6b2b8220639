namespace QuantPS.Engine.Kernels;

/// <summary>
/// The input of one output pixel and one group as runs of memory, in the order of the weights: where taps are neighbours and there is
/// one group, a row of the kernel is one run.
/// </summary>
internal readonly struct ConvRuns
{
    private readonly ConvGeometry _geometry;
    private readonly bool _joined;
    private readonly int _firstInside;
    private readonly int _endInside;

    public ConvRuns(in ConvGeometry geometry)
    {
        _geometry = geometry;
        Window2 w = geometry.Window;
        _joined = geometry.Groups == 1 && w.Dilation.Width == 1;
        _firstInside = (w.Padding.Width + w.Stride.Width - 1) / w.Stride.Width;
        // Columns whose last tap, (kernel - 1) * dilation behind the first, is before the end.
        _endInside = (geometry.InputWidth - w.Dilation.Width * (w.Kernel.Width - 1) + w.Padding.Width + w.Stride.Width - 1) / w.Stride.Width;
    }

    /// <summary>The most runs that a pixel has: a row has one inside the image and one on each side.</summary>
    public int Most => _geometry.Window.Kernel.Height * (_joined ? 3 : _geometry.Window.Kernel.Width);

    /// <summary>How far the runs of a pixel are from those of the one before it in its row, where all columns are inside for both.</summary>
    public int Step => _geometry.Window.Stride.Width * _geometry.InputChannels;

    /// <summary>Whether all columns that an output column sees lie inside the image.</summary>
    public bool IsInside(int column) => column >= _firstInside && column < _endInside;

    /// <summary>Lists the runs of a pixel.</summary>
    /// <param name="row">The output row.</param>
    /// <param name="column">The output column.</param>
    /// <param name="group">The group.</param>
    /// <param name="runs">Takes the runs: the index of the first element in the sample, or -1 for padding, and the number of elements.</param>
    /// <returns>How many there are.</returns>
    public int List(int row, int column, int group, Span<(int Start, int Length)> runs)
    {
        ConvGeometry g = _geometry;
        Window2 w = g.Window;
        int count = 0, left = column * w.Stride.Width - w.Padding.Width;
        for (int ky = 0; ky < w.Kernel.Height; ky++)
        {
            int y = row * w.Stride.Height - w.Padding.Height + ky * w.Dilation.Height;
            bool inside = (uint)y < (uint)g.InputHeight;
            int start = (y * g.InputWidth + left) * g.InputChannels + group * g.GroupInputs;
            if (!_joined)
            {
                for (int kx = 0; kx < w.Kernel.Width; kx++)
                {
                    int x = kx * w.Dilation.Width;
                    bool there = inside && (uint)(left + x) < (uint)g.InputWidth;
                    runs[count++] = (there ? start + x * g.InputChannels : -1, g.GroupInputs);
                }
                continue;
            }
            int before = inside ? Math.Clamp(-left, 0, w.Kernel.Width) : w.Kernel.Width;
            int behind = inside ? Math.Clamp(left + w.Kernel.Width - g.InputWidth, 0, w.Kernel.Width - before) : 0;
            int taps = w.Kernel.Width - before - behind;
            if (before > 0) runs[count++] = (-1, before * g.InputChannels);
            if (taps > 0) runs[count++] = (start + before * g.InputChannels, taps * g.InputChannels);
            if (behind > 0) runs[count++] = (-1, behind * g.InputChannels);
        }
        return count;
    }
}
