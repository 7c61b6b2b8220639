using Xunit;

namespace QuantPS.Tests;

public sealed class SeededRandomTests
{
    [Fact]
    public void The_sequence_of_a_seed_is_that_of_the_published_generators()
    {
        var random = new SeededRandom(0);
        Assert.Equal([0x99EC5F36CB75F2B4, 0xBF6E1F784956452A, 0x1A5F849D4933E6E0], (ulong[])[random.NextUInt64(), random.NextUInt64(), random.NextUInt64()]);
    }

    [Fact]
    public void Gaussian_numbers_have_the_moments_and_the_tails_of_the_normal_distribution()
    {
        var random = new SeededRandom(7);
        double[] x = [.. Enumerable.Range(0, 200_000).Select(_ => random.NextGaussian())];
        Assert.InRange(x.Average(), -0.01, 0.01);
        Assert.InRange(x.Average(v => v * v), 0.98, 1.02);
        Assert.InRange(x.Average(v => v * v * v * v), 2.9, 3.1);
        Assert.InRange(x.Count(v => Math.Abs(v) > 1.959964) / 200_000.0, 0.048, 0.052);
    }

    [Fact]
    public void Whole_numbers_are_even_and_below_the_bound()
    {
        var random = new SeededRandom(3);
        int[] counts = new int[6];
        for (int i = 0; i < 60_000; i++) counts[random.NextInt32(6)]++;
        Assert.All(counts, count => Assert.InRange(count, 9_600, 10_400));
        Assert.Throws<ArgumentOutOfRangeException>(() => random.NextInt32(0));
    }

    [Fact]
    public void A_shuffle_keeps_every_item()
    {
        int[] items = [.. Enumerable.Range(0, 100)];
        new SeededRandom(1).Shuffle<int>(items);
        Assert.NotEqual(Enumerable.Range(0, 100), items);
        Assert.Equal(Enumerable.Range(0, 100), items.Order());
    }

    [Fact]
    public void Every_key_starts_a_sequence_of_its_own()
    {
        ulong[] first = [.. new SeededRandom[] { new(1), new(1, 2), new(2, 1), new(1, 3), new(1, 2, 0), new(1, 0, 2), new(0, 1) }.Select(random => random.NextUInt64())];

        Assert.Equal(first.Length, first.Distinct().Count());
    }
}
