using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class QnnpackAddScalar(QnnpackAddSpec spec) : ElementKernel("add", Int8, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        int zeroPoint = spec.Output.Quantization!.ZeroPoint;
        for (int i = first; i < end; i++)
            spec.Output.Address[i] = (byte)Math.Clamp(
                zeroPoint + spec.Sum.Of(spec.Left.Address[i], spec.Right.Address[i]), spec.Range.Low, spec.Range.High);
    }
}
