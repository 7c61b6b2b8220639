using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is a row of the output.</summary>
internal sealed unsafe class TransposeScalar(TransposeSpec spec)
    : Kernel("transpose", spec.Output.Element == ElementType.Float32 ? Float32 : Int8, InstructionSet.Scalar)
{
    public override int Grain => 1 + 4096 / spec.Rows;

    public override int Units(int batch) => batch * spec.Columns;

    public override void Run(int first, int end, byte* scratch)
    {
        if (spec.Output.Element == ElementType.Float32) Run((uint*)spec.Input.Address, (uint*)spec.Output.Address, first, end);
        else Run(spec.Input.Address, spec.Output.Address, first, end);
    }

    private void Run<T>(T* input, T* output, int first, int end) where T : unmanaged
    {
        for (int unit = first; unit < end; unit++)
        {
            (int sample, int column) = Math.DivRem(unit, spec.Columns);
            T* from = input + (long)sample * spec.Rows * spec.Columns + column;
            T* to = output + (long)unit * spec.Rows;
            for (int row = 0; row < spec.Rows; row++) to[row] = from[(long)row * spec.Columns];
        }
    }
}
