using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>The code of a function of a code.</summary>
internal static class ActivationCodes
{
    /// <summary>
    /// As PyTorch's vectors do it (aten/src/ATen/native/quantized/cpu/kernels/QuantizedOpKernels.cpp): dequantized as
    /// fma(scale, code, -(scale * zero point)), computed in float, quantized.
    /// </summary>
    public static byte Of(ActivationFunction function, byte code, QuantParams from, QuantParams to, CodeRange range)
    {
        float real = MathF.FusedMultiplyAdd(from.Scale, code, -(from.Scale * from.ZeroPoint));
        return Codes.Quantize(ActivationScalar.Of(function, real), 1 / to.Scale, to.ZeroPoint, range.Low, range.High);
    }

    /// <summary>As qnnpack makes its tables (qnnpack/src/hardswish.c and those beside it): the zero point is added before rounding.</summary>
    public static byte OfQnnpack(ActivationFunction function, byte code, QuantParams from, QuantParams to, CodeRange range)
    {
        float real = ActivationScalar.Of(function, from.Scale * (code - from.ZeroPoint));
        return (byte)MathF.Round(Codes.Clamp(1 / to.Scale * real + to.ZeroPoint, range.Low, range.High));
    }
}
