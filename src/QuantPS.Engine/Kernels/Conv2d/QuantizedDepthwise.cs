using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution of codes in which each channel sees itself alone, for x86. A unit is a group of one or two output rows.
/// </summary>
/// <remarks>
/// Input rows are interleaved by four in the thread's scratch memory, so that a lane of 32 bits holds a channel's codes in one column of
/// four rows; a dot product with (w0, w1, w2, 0) adds a column of the kernel to a sum of the first output row, and with (0, w0, w1, w2)
/// to one of the second. Padding is columns and rows of zero points.
/// </remarks>
internal sealed unsafe class QuantizedDepthwise : Kernel, IRegionKernel
{
    private const int ReadMargin = 64;

    private readonly QuantizedConvSpec _spec;
    private readonly ConvGeometry _geometry;
    private readonly DepthwisePlan _plan;
    private readonly int _groups;
    private readonly DepthwisePart[] _parts;
    private readonly NativeMemoryBlock _zeros;

    /// <param name="spec">The convolution.</param>
    /// <param name="instructionSet">What the parts need.</param>
    /// <param name="parts">All channels.</param>
    public QuantizedDepthwise(QuantizedConvSpec spec, InstructionSet instructionSet, params DepthwisePart[] parts)
        : base($"{spec.Name}_depthwise", Int8, instructionSet)
    {
        (_spec, _geometry, _plan, _parts) = (spec, spec.Geometry, DepthwisePlan.Of(spec.Geometry), parts);
        foreach (DepthwisePart part in parts) ScratchBytes += part.ScratchBytes;
        _groups = (_geometry.OutputHeight + _plan.Rows - 1) / _plan.Rows;
        int rowBytes = _geometry.InputWidth * _geometry.InputChannels;
        _zeros = new NativeMemoryBlock(rowBytes + ReadMargin);
        new Span<byte>(_zeros.Address, rowBytes + ReadMargin).Fill((byte)spec.InputZeroPoint);
    }

    public override int Grain => 1 + (1 << 15) / (_plan.Rows * _geometry.OutputWidth * _geometry.OutputChannels);

    public override int ScratchBytes { get; }

    public override int Units(int batch) => batch * _groups;

    public override void Dispose()
    {
        foreach (DepthwisePart part in _parts) part.Dispose();
        _zeros.Dispose();
    }

    public OutputRegion RegionOf(int first, int end)
    {
        int row = _geometry.OutputWidth * _geometry.OutputChannels;
        return OutputRegion.Of(RowOf(first) * row, RowOf(end) * row);
    }

    public override void Run(int first, int end, byte* scratch)
    {
        byte** rows = stackalloc byte*[DepthwisePlan.Quadruple * _plan.Quadruples];
        byte* own = scratch;
        foreach (DepthwisePart part in _parts)
        {
            part.Begin(own);
            own += part.ScratchBytes;
        }
        for (int unit = first; unit < end; unit++)
        {
            int row = RowOf(unit), count = RowOf(unit + 1) - row;
            FindRows(row, rows);
            byte* to = _spec.Output.Address + (long)row * _geometry.OutputWidth * _spec.Output.Pitch;
            own = scratch;
            foreach (DepthwisePart part in _parts)
            {
                part.Run(rows, to, count, own);
                own += part.ScratchBytes;
            }
        }
    }

    /// <summary>The first output row of a unit, counted over the batch.</summary>
    private int RowOf(int unit)
    {
        (int sample, int group) = Math.DivRem(unit, _groups);
        return sample * _geometry.OutputHeight + group * _plan.Rows;
    }

    /// <summary>The input rows that output rows need; one outside the image is of zero points.</summary>
    private void FindRows(int outputRow, byte** rows)
    {
        Window2 w = _geometry.Window;
        (int sample, int row) = Math.DivRem(outputRow, _geometry.OutputHeight);
        byte* image = _spec.Input.Address + (long)sample * _spec.Input.Elements;
        int top = row * w.Stride.Height - w.Padding.Height, needed = w.Kernel.Height + (_plan.Rows - 1) * w.Stride.Height;
        for (int i = 0; i < DepthwisePlan.Quadruple * _plan.Quadruples; i++)
        {
            int y = top + i * w.Dilation.Height;
            bool inside = i < needed && (uint)y < (uint)_geometry.InputHeight;
            rows[i] = inside ? image + (long)y * _geometry.InputWidth * _geometry.InputChannels : _zeros.Address;
        }
    }
}
