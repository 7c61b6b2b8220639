using QuantPS.Engine.Execution;
using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>The product of two float values within bounds. The right one may have one number a channel.</summary>
internal sealed record MultiplySpec(Value Left, Value Right, Value Output, float Low, float High);

/// <summary>
/// The product of two quantized values: zero point + rint((left - its zero point) * (right - its zero point) * factor), the first product
/// exact, the factor scale * scale * (1 / scale) (<c>qmul_kernel</c> in aten/src/ATen/native/quantized/cpu/kernels/QuantizedOpKernels.cpp).
/// The right one may have one code a channel.
/// </summary>
internal sealed record QuantizedMultiplySpec(Value Left, Value Right, Value Output, CodeRange Range)
{
    public float Factor { get; } = Left.Quantization!.Scale * Right.Quantization!.Scale * (1 / Output.Quantization!.Scale);
}
