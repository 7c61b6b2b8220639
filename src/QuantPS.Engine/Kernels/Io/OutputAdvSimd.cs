using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class OutputAdvSimd(OutputSpec spec) : OutputKernel(spec, InstructionSet.AdvSimd)
{
    protected override void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) =>
        TransposeAdvSimd.Run(from, fromPitch, to, toPitch, rows, columns);
}
