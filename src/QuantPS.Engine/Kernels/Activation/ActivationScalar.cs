using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

internal sealed unsafe class ActivationScalar(ActivationSpec spec) : ElementKernel(spec.Name, Float32, InstructionSet.Scalar, spec.Output)
{
    public override void Run(int first, int end, byte* scratch)
    {
        for (int i = first; i < end; i++) spec.Output.Floats[i] = Of(spec.Function, spec.Input.Floats[i]);
    }

    /// <summary>The function of a number; NaN stays NaN.</summary>
    public static float Of(ActivationFunction function, float x) => function switch
    {
        ActivationFunction.Hardswish => x * ClampScalar.Of(x + 3, 0, 6) / 6,
        ActivationFunction.Hardsigmoid => ClampScalar.Of(x + 3, 0, 6) / 6,
        ActivationFunction.Sigmoid => 1 / (1 + MathF.Exp(-x)),
        ActivationFunction.Tanh => MathF.Tanh(x),
        ActivationFunction.Gelu => (float)(0.5 * x * (1 + ErrorFunction.Erf(x / Math.Sqrt(2)))),
        ActivationFunction.GeluTanh => (float)(0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "There is no such function."),
    };
}
