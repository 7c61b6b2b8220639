using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a row of the output.</summary>
internal abstract unsafe class TransposeKernel(TransposeSpec spec, InstructionSet instructionSet)
    : Kernel("transpose", spec.Output.Element == ElementType.Float32 ? Float32 : Int8, instructionSet)
{
    public override int Grain => 1 + 4096 / spec.Rows;

    public override int Alignment => 16;

    public override int Units(int batch) => batch * spec.Columns;

    public override void Run(int first, int end, byte* scratch)
    {
        while (first < end)
        {
            (int sample, int column) = Math.DivRem(first, spec.Columns);
            int count = Math.Min(end - first, spec.Columns - column);
            long from = (long)sample * spec.Rows * spec.Columns + column, to = (long)first * spec.Rows;
            if (spec.Output.Element == ElementType.Float32)
                Transpose(spec.Input.Floats + from, spec.Columns, spec.Output.Floats + to, spec.Rows, spec.Rows, count);
            else Transpose(spec.Input.Address + from, spec.Columns, spec.Output.Address + to, spec.Rows, spec.Rows, count);
            first += count;
        }
    }

    /// <summary>Makes columns rows.</summary>
    /// <param name="from">The first element of the first row.</param>
    /// <param name="fromPitch">The elements from a row to the next.</param>
    /// <param name="to">Where the first column goes.</param>
    /// <param name="toPitch">The elements from there to where the next one goes.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="columns">The number of columns.</param>
    protected abstract void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns);

    /// <inheritdoc cref="Transpose(float*, nint, float*, nint, int, int)"/>
    protected abstract void Transpose(byte* from, nint fromPitch, byte* to, nint toPitch, int rows, int columns);
}
