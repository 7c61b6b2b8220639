namespace QuantPS.Engine.Kernels;

/// <summary>The arithmetic of codes, as PyTorch's x86 kernels do it; every rung of the ladder gives the same bytes.</summary>
internal static class Codes
{
    /// <summary>low .. high of zero point + rint(value * inverse scale): the clamp is in float, before the conversion to an integer.</summary>
    /// <remarks>NaN gives the highest code, as the minimum instruction of x86 does in PyTorch's kernels.</remarks>
    public static byte Quantize(float value, float inverseScale, int zeroPoint, int low = 0, int high = 255)
    {
        float rounded = MathF.Round(value * inverseScale);
        return (byte)(zeroPoint + (int)Clamp(rounded, low - zeroPoint, high - zeroPoint));
    }

    /// <summary>scale * (code - zero point).</summary>
    public static float Dequantize(byte code, float scale, int zeroPoint) => scale * (code - zeroPoint);

    /// <summary>What the minimum, then the maximum instruction of x86 gives: the upper bound for NaN.</summary>
    public static float Clamp(float value, float low, float high)
    {
        float below = value < high ? value : high;
        return below > low ? below : low;
    }
}
