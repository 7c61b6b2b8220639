using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedMultiplyScalar(QuantizedMultiplySpec spec)
    : MultiplyKernel(spec.Left, spec.Right, spec.Output, Int8, InstructionSet.Scalar)
{
    protected override void Multiply(byte* left, byte* right, byte* to, int count) => Run(spec, left, right, to, count);

    public static void Run(QuantizedMultiplySpec spec, byte* left, byte* right, byte* to, int count)
    {
        (int leftZero, int rightZero, int zero) = (spec.Left.Quantization!.ZeroPoint, spec.Right.Quantization!.ZeroPoint, spec.Output.Quantization!.ZeroPoint);
        for (int i = 0; i < count; i++)
            to[i] = Codes.Quantize((left[i] - leftZero) * (right[i] - rightZero), spec.Factor, zero, spec.Range.Low, spec.Range.High);
    }
}
