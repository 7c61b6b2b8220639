using QuantPS.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random values for the cases of one operator, the same in every run.</summary>
internal sealed class RandomValues(int seed)
{
    private readonly Random _random = new(seed);

    public bool Chance(double probability = 0.5) => _random.NextDouble() < probability;

    /// <summary>An integer from low to high, both included.</summary>
    public int Integer(int low, int high) => _random.Next(low, high + 1);

    public float Real(float low, float high) => low + _random.NextSingle() * (high - low);

    public float[] Reals(int count, float low, float high) => Fill(count, () => Real(low, high));

    public byte[] Codes(int count, int highest) => Fill(count, () => (byte)_random.Next(highest + 1));

    public sbyte[] WeightCodes(int count) => Fill(count, () => (sbyte)_random.Next(-128, 128));

    /// <summary>A scale between 0.0003 and 7.</summary>
    public float Scale() => MathF.Exp(Real(-8, 2));

    public QuantParams Parameters(int highest = 255) => QuantParams.PerTensor(Scale(), Integer(0, highest));

    /// <summary>Scales of weights, one or one a channel.</summary>
    public QuantParams WeightParameters(int channels, bool perChannel)
    {
        if (!perChannel) return QuantParams.PerTensor(Real(0.001f, 0.01f), 0);
        double[] scales = [.. Reals(channels, 0.001f, 0.01f).Select(scale => (double)scale)];
        return QuantParams.PerChannel(scales, new long[channels], 0);
    }

    private static T[] Fill<T>(int count, Func<T> next)
    {
        var values = new T[count];
        for (int i = 0; i < count; i++) values[i] = next();
        return values;
    }
}
