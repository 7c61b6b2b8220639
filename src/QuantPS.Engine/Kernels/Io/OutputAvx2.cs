using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class OutputAvx2(OutputSpec spec) : OutputKernel(spec, InstructionSet.Avx2)
{
    protected override void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) =>
        TransposeAvx2.Run(from, fromPitch, to, toPitch, rows, columns);
}
