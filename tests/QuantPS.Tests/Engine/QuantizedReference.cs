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

    /// <summary>The real value of a code, as an input that quantizes to that code.</summary>
    public static float[] Real(byte[] codes, QuantParams parameters) => [.. codes.Select(code => Dequantize(code, parameters))];

    /// <summary>The code of an accumulator.</summary>
    public static byte Requantize(
        int accumulator, float? bias, bool integerBias, float inputScale, float weightScale, bool perChannel, QuantParams output, float? reluMaximum)
    {
        float scale = inputScale * weightScale;
        float real;
        if (bias is null) real = accumulator;
        else if (integerBias) real = accumulator + (int)Math.Round((double)(bias.Value * (1f / scale)), MidpointRounding.ToEven);
        else real = accumulator + (perChannel ? bias.Value / scale : bias.Value * (1f / scale));
        double code = Math.Round((double)(real * (scale / output.Scale)), MidpointRounding.ToEven) + output.ZeroPoint;
        byte result = (byte)Math.Clamp(code, 0, 255);
        if (reluMaximum is { } maximum) result = Math.Clamp(result, (byte)output.ZeroPoint, Quantize(maximum, output));
        return result;
    }
}
