using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a row of pixels.</summary>
internal sealed unsafe class AvgPoolScalar(AvgPoolSpec spec) : Kernel(spec.Name, Float32, InstructionSet.Scalar)
{
    public override int Units(int batch) => batch * spec.Rows.Length;

    public override void Run(int first, int end, byte* scratch)
    {
        int channels = spec.Channels;
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int row) = Math.DivRem(unit, spec.Rows.Length);
            float* image = spec.Input.Floats + (long)sample * spec.Input.Elements;
            for (int column = 0; column < spec.Columns.Length; column++)
            {
                (PoolSpan rows, PoolSpan columns) = (spec.Rows[row], spec.Columns[column]);
                var to = new Span<float>(spec.Output.Floats + ((long)unit * spec.Columns.Length + column) * channels, channels);
                to.Clear();
                if (rows.Length == 0 || columns.Length == 0) continue;
                for (int y = rows.Start; y < rows.End; y++)
                    for (int x = columns.Start; x < columns.End; x++)
                    {
                        float* from = image + ((long)y * spec.InputWidth + x) * channels;
                        for (int c = 0; c < channels; c++) to[c] += from[c];
                    }
                float divisor = spec.Divisor(rows, columns);
                for (int c = 0; c < channels; c++) to[c] /= divisor;
            }
        }
    }
}
