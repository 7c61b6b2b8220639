namespace QuantPS.Engine.Kernels;

/// <summary>Weights as sums of parts of eight bits: one part, but where a weight's zero point takes it out of eight bits.</summary>
internal static class WeightParts
{
    /// <summary>How many parts add up to any of the weights.</summary>
    public static int CountFor(ReadOnlySpan<short> weights)
    {
        int count = 1;
        while (weights.ContainsAnyExceptInRange((short)(count * sbyte.MinValue), (short)(count * sbyte.MaxValue))) count++;
        return count;
    }

    /// <summary>A part of a weight.</summary>
    public static sbyte Of(short weight, int part)
    {
        int rest = weight;
        for (; part > 0; part--) rest -= Clamp(rest);
        return Clamp(rest);
    }

    private static sbyte Clamp(int value) => (sbyte)Math.Clamp(value, sbyte.MinValue, sbyte.MaxValue);
}
