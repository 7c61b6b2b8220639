using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class OutputScalar(OutputSpec spec) : OutputKernel(spec, InstructionSet.Scalar)
{
    protected override void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) =>
        TransposeScalar.Run(from, fromPitch, to, toPitch, rows, columns);
}
