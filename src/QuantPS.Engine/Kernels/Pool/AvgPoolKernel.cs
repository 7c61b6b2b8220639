using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>Finds the rectangle of each output. A unit is a row of pixels.</summary>
internal abstract unsafe class AvgPoolKernel(AvgPoolSpec spec, string precision, InstructionSet instructionSet)
    : Kernel(spec.Name, precision, instructionSet)
{
    private readonly int _elementSize = spec.Output.Element.Size();

    /// <param name="First">The first pixel.</param>
    /// <param name="Rows">The number of rows.</param>
    /// <param name="Columns">The number of columns.</param>
    /// <param name="RowStride">The bytes from a row to the next.</param>
    /// <param name="Divisor">What the sum is divided by.</param>
    internal readonly record struct Rectangle(nint First, int Rows, int Columns, nint RowStride, int Divisor);

    protected AvgPoolSpec Spec { get; } = spec;

    protected int Channels => Spec.Channels;

    public override int Grain => 1 + (1 << 15) / (Channels * Spec.Columns.Length);

    public override int Units(int batch) => batch * Spec.Rows.Length;

    public override void Run(int first, int end, byte* scratch)
    {
        nint pixelBytes = Channels * _elementSize, rowBytes = pixelBytes * Spec.InputWidth;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, Spec.Rows.Length);
            nint image = (nint)Spec.Input.Address + (nint)sample * Spec.Input.Elements * _elementSize;
            PoolSpan rows = Spec.Rows[row];
            for (int column = 0; column < Spec.Columns.Length; column++)
            {
                PoolSpan columns = Spec.Columns[column];
                byte* to = Spec.Output.Address + ((nint)unit * Spec.Columns.Length + column) * Spec.Output.Pitch * _elementSize;
                if (rows.Length == 0 || columns.Length == 0) new Span<byte>(to, (int)pixelBytes).Fill(Spec.Zero);
                else Pixel(new(image + rows.Start * rowBytes + columns.Start * pixelBytes, rows.Length, columns.Length, rowBytes, Spec.Divisor(rows, columns)), to);
            }
        }
    }

    /// <summary>The mean of a rectangle.</summary>
    protected abstract void Pixel(in Rectangle rectangle, byte* to);
}
