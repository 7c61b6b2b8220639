namespace QuantPS.Engine.Kernels;

/// <summary>Weights in the order of the kernels: O, kernel height, kernel width, I.</summary>
internal static class ConvWeights
{
    /// <summary>Codes minus their zero point.</summary>
    public static short[] Centered(Tensor weight)
    {
        ReadOnlySpan<sbyte> codes = weight.As<sbyte>();
        QuantParams quantization = weight.Quantization!;
        int perOutput = codes.Length / weight.Shape[0];
        var centered = new short[codes.Length];
        for (int i = 0; i < centered.Length; i++)
            centered[i] = (short)(codes[i] - quantization.ZeroPoints[quantization.Axis is null ? 0 : i / perOutput]);
        return ChannelsLast(centered, weight.Shape);
    }

    /// <summary>From O, I, kernel height, kernel width; a matrix stays as it is.</summary>
    public static T[] ChannelsLast<T>(T[] weight, Shape shape)
    {
        if (shape.Rank == 2 || shape[1] == 1 || shape[2] * shape[3] == 1) return weight;
        (int inputs, int taps) = (shape[1], shape[2] * shape[3]);
        var result = new T[weight.Length];
        for (int o = 0; o < shape[0]; o++)
            for (int i = 0; i < inputs; i++)
                for (int t = 0; t < taps; t++)
                    result[(o * taps + t) * inputs + i] = weight[(o * inputs + i) * taps + t];
        return result;
    }
}
