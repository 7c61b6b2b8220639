using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class TransposeScalar(TransposeSpec spec) : TransposeKernel(spec, InstructionSet.Scalar)
{
    protected override void Transpose(float* from, nint fromPitch, float* to, nint toPitch, int rows, int columns) =>
        Run(from, fromPitch, to, toPitch, rows, columns);

    protected override void Transpose(byte* from, nint fromPitch, byte* to, nint toPitch, int rows, int columns) =>
        Run(from, fromPitch, to, toPitch, rows, columns);

    /// <summary>Makes columns rows: <see cref="TransposeKernel"/>.</summary>
    public static void Run<T>(T* from, nint fromPitch, T* to, nint toPitch, int rows, int columns) where T : unmanaged
    {
        for (nint column = 0; column < columns; column++)
            for (nint row = 0; row < rows; row++)
                to[column * toPitch + row] = from[row * fromPitch + column];
    }
}
