using QuantPS.Engine.Execution;
using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>The sum of two float values within bounds.</summary>
internal sealed record AddSpec(Value Left, Value Right, Value Output, float Low, float High);

/// <summary>
/// The sum of two quantized values: each dequantized, as fma(scale, code, -(scale * zero point)) like PyTorch's vectors, added in float,
/// quantized.
/// </summary>
internal sealed record QuantizedAddSpec(Value Left, Value Right, Value Output, CodeRange Range)
{
    /// <summary>Whether no sum leaves int32, with room for the roundings, so that instructions that saturate need no clamp before them.</summary>
    public bool StaysInInt32 =>
        byte.MaxValue * ((double)Left.Quantization!.Scale + Right.Quantization!.Scale) / Output.Quantization!.Scale < 1 << 30;
}

/// <summary>The sum of two quantized values in qnnpack's fixed point.</summary>
internal sealed record QnnpackAddSpec(Value Left, Value Right, Value Output, QnnpackSum Sum, CodeRange Range);
