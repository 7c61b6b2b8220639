using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class ClampScalar(ClampSpec spec) : ElementKernel("relu", Float32, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        for (int i = first; i < end; i++) spec.Output.Floats[i] = Of(spec.Input.Floats[i], spec.Low, spec.High);
    }

    /// <summary>The value within the bounds; NaN stays NaN, as in PyTorch.</summary>
    public static float Of(float value, float low, float high) => value < low ? low : value > high ? high : value;
}
