using QuantPS.Engine;

namespace QuantPS.Tests.Engine;

/// <summary>The arithmetic of quantized operators, written down once more from PyTorch's formulas, one number at a time.</summary>
internal static class QuantizedReference
{
    public static byte Quantize(float x, float scale, int zeroPoint)
    {
        float inverse = 1f / scale;
        double rounded = Math.Round((double)(x * inverse), MidpointRounding.ToEven);
        return (byte)Math.Clamp(rounded + zeroPoint, 0, 255);
    }

    public static byte Quantize(float x, QuantParams to) => Quantize(x, to.Scale, to.ZeroPoint);

    public static float Dequantize(byte code, QuantParams from) => from.Scale * (code - from.ZeroPoint);

    /// <summary>The form of PyTorch's vectors: scale * code - scale * zero point, rounded once.</summary>
    public static float DequantizeFused(byte code, QuantParams from)
    {
        float zero = from.Scale * from.ZeroPoint;
        return MathF.FusedMultiplyAdd(from.Scale, code, -zero);
    }

    /// <summary>The real value of a code, as an input that quantizes to that code.</summary>
    public static float[] Real(byte[] codes, QuantParams parameters) => [.. codes.Select(code => Dequantize(code, parameters))];

    /// <summary>The code of an accumulator, as fbgemm, qnnpack or oneDNN computes it.</summary>
    public static byte Requantize(
        int accumulator, float? bias, QuantizationBackend kernel, float inputScale, float weightScale, bool perChannel, QuantParams output, float? reluMaximum)
    {
        float scale = inputScale * weightScale, inverse = 1f / output.Scale, b = bias ?? 0;
        double code;
        if (kernel == QuantizationBackend.Onednn)
        {
            float product = accumulator * scale;
            float scaled = (product + b) * inverse;
            code = Math.Round((double)(scaled + output.ZeroPoint), MidpointRounding.ToEven);
        }
        else if (kernel == QuantizationBackend.Qnnpack)
        {
            float sum = accumulator + (int)Math.Round((double)(b * (1f / scale)), MidpointRounding.ToEven);
            code = Math.Round((double)(sum * (scale * inverse)), MidpointRounding.ToEven) + output.ZeroPoint;
        }
        else
        {
            float sum = accumulator + (perChannel ? b / scale : b * (1f / scale));
            code = Math.Round((double)(sum * (scale / output.Scale)), MidpointRounding.ToEven) + output.ZeroPoint;
        }
        byte result = (byte)Math.Clamp(code, 0, 255);
        if (reluMaximum is { } maximum) result = Math.Clamp(result, (byte)output.ZeroPoint, Quantize(maximum, output));
        return result;
    }

    /// <summary>The sum of two codes in qnnpack's fixed point, with halves rounded away from zero.</summary>
    public static byte QnnpackSum(byte left, QuantParams ofLeft, byte right, QuantParams ofRight, QuantParams output)
    {
        double a = ofLeft.Scale / output.Scale, b = ofRight.Scale / output.Scale;
        double unit = Math.Pow(2, 21 - Math.Floor(Math.Log2(Math.Max(a, b))));
        double sum = Math.Round(a * unit) * (left - ofLeft.ZeroPoint) + Math.Round(b * unit) * (right - ofRight.ZeroPoint);
        return (byte)Math.Clamp(output.ZeroPoint + Math.Round(sum / unit, MidpointRounding.AwayFromZero), 0, 255);
    }
}
