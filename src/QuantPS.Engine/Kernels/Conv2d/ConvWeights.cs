using System.Runtime.Intrinsics;

namespace QuantPS.Engine.Kernels;

/// <summary>Weights in the order of the kernels: O, kernel height, kernel width, I.</summary>
internal static class ConvWeights
{
    /// <summary>Codes minus their zero point.</summary>
    public static short[] Centered(Tensor weight)
    {
        ReadOnlySpan<sbyte> codes = weight.As<sbyte>();
        ReadOnlySpan<long> zeroPoints = weight.Quantization!.ZeroPoints;
        var centered = new short[codes.Length];
        int outputs = weight.Shape[0], perOutput = codes.Length / outputs;
        for (int o = 0; o < outputs; o++)
            Center(codes.Slice(o * perOutput, perOutput), (short)zeroPoints[zeroPoints.Length == 1 ? 0 : o], centered.AsSpan(o * perOutput, perOutput));
        return ChannelsLast(centered, weight.Shape);
    }

    /// <summary>From O, I, kernel height, kernel width; a matrix stays as it is.</summary>
    public static T[] ChannelsLast<T>(T[] weight, Shape shape)
    {
        if (shape.Rank == 2 || shape[1] == 1 || shape[2] * shape[3] == 1) return weight;
        (int inputs, int taps) = (shape[1], shape[2] * shape[3]);
        var result = new T[weight.Length];
        for (int o = 0; o < shape[0]; o++)
        {
            ReadOnlySpan<T> from = weight.AsSpan(o * inputs * taps, inputs * taps);
            Span<T> to = result.AsSpan(o * inputs * taps, inputs * taps);
            for (int t = 0; t < taps; t++)
                for (int i = 0, at = t; i < inputs; i++, at += taps)
                    to[t * inputs + i] = from[at];
        }
        return result;
    }

    private static void Center(ReadOnlySpan<sbyte> codes, short zeroPoint, Span<short> to)
    {
        Vector128<short> zero = Vector128.Create(zeroPoint);
        int i = 0;
        for (; i <= codes.Length - Vector128<sbyte>.Count; i += Vector128<sbyte>.Count)
        {
            (Vector128<short> low, Vector128<short> high) = Vector128.Widen(Vector128.Create(codes[i..]));
            (low - zero).CopyTo(to[i..]);
            (high - zero).CopyTo(to[(i + Vector128<short>.Count)..]);
        }
        for (; i < codes.Length; i++) to[i] = (short)(codes[i] - zeroPoint);
    }
}
