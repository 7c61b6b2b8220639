using QuantPS.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random values for the cases of one operator, the same in every run.</summary>
internal sealed class RandomValues(int seed)
{
    private readonly Random _random = new(seed);
    private bool _powersOfTwo;

    public bool Chance(double probability = 0.5) => _random.NextDouble() < probability;

    /// <summary>An integer from low to high, both included.</summary>
    public int Integer(int low, int high) => _random.Next(low, high + 1);

    public float Real(float low, float high) => low + _random.NextSingle() * (high - low);

    public float[] Reals(int count, float low, float high) => Fill(count, () => Real(low, high));

    public byte[] Codes(int count, int highest) => Fill(count, () => (byte)_random.Next(highest + 1));

    public sbyte[] WeightCodes(int count) => Fill(count, () => (sbyte)_random.Next(-128, 128));

    /// <summary>Decides for the next case whether its scales are powers of two, with which many results lie halfway between codes.</summary>
    public void NextCase() => _powersOfTwo = Chance(0.25);

    /// <summary>A scale between 0.0003 and 7.</summary>
    public float Scale() => Scale(MathF.Exp(Real(-8, 2)));

    /// <summary>A scale, or the power of two next to it.</summary>
    public float Scale(float scale) => _powersOfTwo ? MathF.ScaleB(1, (int)MathF.Round(MathF.Log2(scale))) : scale;

    /// <summary>Scales of weights, one or one a channel.</summary>
    public QuantParams WeightParameters(int channels, bool perChannel)
    {
        // A scale alone is a double, which need not be a float.
        if (!perChannel) return QuantParams.PerTensor(Scale(Real(0.001f, 0.01f)) * (_powersOfTwo ? 1 : 1 + 1e-7 * _random.NextDouble()), 0);
        double[] scales = [.. Reals(channels, 0.001f, 0.01f).Select(scale => (double)Scale(scale))];
        return QuantParams.PerChannel(scales, new long[channels], 0);
    }

    private static T[] Fill<T>(int count, Func<T> next)
    {
        var values = new T[count];
        for (int i = 0; i < count; i++) values[i] = next();
        return values;
    }
}
