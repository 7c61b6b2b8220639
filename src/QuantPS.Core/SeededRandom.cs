using System.Numerics;

namespace QuantPS;

/// <summary>
/// A generator whose sequence is the same for a seed on every machine and in every version: xoshiro256** (Blackman and Vigna, 2018),
/// its state filled by SplitMix64. Not for secrets, and not safe for use by several threads.
/// </summary>
public sealed class SeededRandom
{
    // Half the width of the strip that ratio-of-uniforms draws from: sqrt(2 / e).
    private const double HalfWidth = 0.857763884960706796;

    private ulong _s0, _s1, _s2, _s3;

    /// <summary>Starts the sequence of a seed.</summary>
    public SeededRandom(ulong seed) => (_s0, _s1, _s2, _s3) = (Mix(ref seed), Mix(ref seed), Mix(ref seed), Mix(ref seed));

    /// <summary>Starts a sequence of its own for a seed and further numbers, such as an epoch and an index.</summary>
    public SeededRandom(ulong seed, params ReadOnlySpan<ulong> keys) : this(Fold(seed, keys)) { }

    /// <summary>The next 64 random bits.</summary>
    public ulong NextUInt64()
    {
        ulong result = BitOperations.RotateLeft(_s1 * 5, 7) * 9;
        ulong t = _s1 << 17;
        _s2 ^= _s0;
        _s3 ^= _s1;
        _s1 ^= _s2;
        _s0 ^= _s3;
        _s2 ^= t;
        _s3 = BitOperations.RotateLeft(_s3, 45);
        return result;
    }

    /// <summary>A number from 0 up to, and without, 1, with 53 random bits.</summary>
    public double NextDouble() => (NextUInt64() >> 11) * (1.0 / (1ul << 53));

    /// <summary>A number from <paramref name="minimum"/> up to, and without, <paramref name="maximum"/>.</summary>
    public double NextDouble(double minimum, double maximum) => minimum + NextDouble() * (maximum - minimum);

    /// <summary>A whole number from 0 up to, and without, <paramref name="bound"/>, each equally likely.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The bound is not positive.</exception>
    public int NextInt32(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // Lemire (2019): the high half of a product, and a new draw where the low half would favour some results.
        ulong threshold = (0 - (ulong)bound) % (ulong)bound;
        ulong high, low;
        do high = Math.BigMul(NextUInt64(), (ulong)bound, out low);
        while (low < threshold);
        return (int)high;
    }

    /// <summary>A number of the standard normal distribution.</summary>
    /// <remarks>
    /// Ratio of uniforms (Kinderman and Monahan, 1977): results come from divisions alone, which IEEE 754 fixes to the bit, and the
    /// logarithm, which it does not, only decides what is kept.
    /// </remarks>
    public double NextGaussian()
    {
        while (true)
        {
            double u = 1 - NextDouble();
            double x = NextDouble(-HalfWidth, HalfWidth) / u;
            // Below 5 - 4 exp(1/4) u, which touches the curve from within, the logarithm need not be computed.
            if (x * x <= 5 - 5.136101666750966 * u || x * x <= -4 * Math.Log(u)) return x;
        }
    }

    /// <summary>Puts items into random order (Fisher and Yates).</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (int i = items.Length - 1; i > 0; i--)
        {
            int other = NextInt32(i + 1);
            (items[i], items[other]) = (items[other], items[i]);
        }
    }

    private static ulong Fold(ulong seed, ReadOnlySpan<ulong> keys)
    {
        foreach (ulong key in keys) seed = Mix(ref seed) ^ key;
        return seed;
    }

    /// <summary>A step of SplitMix64.</summary>
    private static ulong Mix(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
