namespace QuantPS.Engine.Execution.Lowering;

/// <summary>The smallest and the largest code that a kernel writes: a ReLU on real values is a clamp of codes.</summary>
internal readonly record struct CodeRange(byte Low, byte High)
{
    public static CodeRange Of(QuantParams output, Relu? relu) => relu is null ? new(0, 255) : new(
        Kernels.Codes.Quantize(0, 1 / output.Scale, output.ZeroPoint), Kernels.Codes.Quantize(relu.Maximum, 1 / output.Scale, output.ZeroPoint));
}
