namespace QuantPS.Tests.Engine;

/// <summary>Seeded random arrays.</summary>
internal static class RandomData
{
    public static float[] Floats(this Random random, long count, float low = -1, float high = 1)
    {
        var values = new float[count];
        for (int i = 0; i < values.Length; i++) values[i] = low + (high - low) * random.NextSingle();
        return values;
    }

    public static byte[] Bytes(this Random random, long count, int low = 0, int high = 255)
    {
        var values = new byte[count];
        for (int i = 0; i < values.Length; i++) values[i] = (byte)random.Next(low, high + 1);
        return values;
    }

    public static sbyte[] SignedBytes(this Random random, long count)
    {
        var values = new sbyte[count];
        for (int i = 0; i < values.Length; i++) values[i] = (sbyte)random.Next(-128, 128);
        return values;
    }

    public static double[] Scales(this Random random, int count)
    {
        var values = new double[count];
        for (int i = 0; i < values.Length; i++) values[i] = 0.001 + 0.02 * random.NextDouble();
        return values;
    }
}
