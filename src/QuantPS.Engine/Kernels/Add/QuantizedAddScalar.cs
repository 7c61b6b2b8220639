using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QuantizedAddScalar(QuantizedAddSpec spec) : ElementKernel("add", Int8, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        (float leftScale, int leftZero) = (spec.Left.Quantization!.Scale, spec.Left.Quantization.ZeroPoint);
        (float rightScale, int rightZero) = (spec.Right.Quantization!.Scale, spec.Right.Quantization.ZeroPoint);
        (float inverse, int zeroPoint) = (1 / spec.Output.Quantization!.Scale, spec.Output.Quantization.ZeroPoint);
        (float ofLeft, float ofRight) = (-(leftScale * leftZero), -(rightScale * rightZero));
        for (int i = first; i < end; i++)
        {
            float sum = MathF.FusedMultiplyAdd(leftScale, spec.Left.Address[i], ofLeft) + MathF.FusedMultiplyAdd(rightScale, spec.Right.Address[i], ofRight);
            spec.Output.Address[i] = Codes.Quantize(sum, inverse, zeroPoint, spec.Range.Low, spec.Range.High);
        }
    }
}
