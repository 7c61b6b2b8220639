using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>zero point + rint((sum of codes - count * zero point) / divisor). A unit is a row of pixels.</summary>
internal sealed unsafe class QuantizedAvgPoolScalar(AvgPoolSpec spec) : Kernel(spec.Name, Int8, InstructionSet.Scalar)
{
    private readonly int _zeroPoint = spec.Output.Quantization!.ZeroPoint;

    public override int Units(int batch) => batch * spec.Rows.Length;

    public override void Run(int first, int end, byte* scratch)
    {
        int channels = spec.Channels;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, spec.Rows.Length);
            byte* image = spec.Input.Address + (long)sample * spec.Input.Elements;
            for (int column = 0; column < spec.Columns.Length; column++)
            {
                (PoolSpan rows, PoolSpan columns) = (spec.Rows[row], spec.Columns[column]);
                byte* to = spec.Output.Address + ((long)unit * spec.Columns.Length + column) * channels;
                for (int c = 0; c < channels; c++) to[c] = Mean(image + c, rows, columns);
            }
        }
    }

    private byte Mean(byte* channel, PoolSpan rows, PoolSpan columns)
    {
        int count = rows.Length * columns.Length;
        if (count == 0) return (byte)_zeroPoint;
        int sum = -count * _zeroPoint;
        for (int y = rows.Start; y < rows.End; y++)
            for (int x = columns.Start; x < columns.End; x++)
                sum += channel[((long)y * spec.InputWidth + x) * spec.Channels];
        return Codes.Quantize(sum, spec.Factor(spec.Divisor(rows, columns)), _zeroPoint);
    }
}
