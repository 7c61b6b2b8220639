using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class AddScalar(AddSpec spec) : ElementKernel("add", Float32, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        for (int i = first; i < end; i++)
            spec.Output.Floats[i] = ClampScalar.Of(spec.Left.Floats[i] + spec.Right.Floats[i], spec.Low, spec.High);
    }
}
