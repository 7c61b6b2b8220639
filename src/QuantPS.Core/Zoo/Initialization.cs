using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>Fills a parameter before training.</summary>
/// <param name="values">The parameter's elements.</param>
/// <param name="weight">The shape of the layer's weight, which the fan is counted from; for a bias too.</param>
/// <param name="random">Where random numbers come from.</param>
public delegate void Initializer(Span<float> values, Shape weight, SeededRandom random);

/// <summary>How a family of networks fills its parameters before training.</summary>
/// <param name="ConvolutionWeight">The weights of convolutions.</param>
/// <param name="LinearWeight">The weights of linear layers.</param>
/// <param name="LinearBias">The biases of linear layers.</param>
public sealed record Initialization(Initializer ConvolutionWeight, Initializer LinearWeight, Initializer LinearBias)
{
    /// <summary>Normal numbers with the variance 2 / (outputs * kernel) (<c>kaiming_normal_(mode='fan_out')</c> for ReLU).</summary>
    public static void KaimingNormalFanOut(Span<float> values, Shape weight, SeededRandom random) =>
        FillNormal(values, Math.Sqrt(2.0 / (weight[0] * Kernel(weight))), random);

    /// <summary>Normal numbers with the variance 2 / (inputs * kernel) (<c>kaiming_normal_</c> with its defaults).</summary>
    public static void KaimingNormalFanIn(Span<float> values, Shape weight, SeededRandom random) =>
        FillNormal(values, Math.Sqrt(2.0 / (weight[1] * Kernel(weight))), random);

    /// <summary>Even numbers up to 1 / sqrt(inputs * kernel): what <c>torch.nn.Linear</c> fills its weight and its bias with.</summary>
    public static void UniformFanIn(Span<float> values, Shape weight, SeededRandom random)
    {
        double bound = 1 / Math.Sqrt(weight[1] * Kernel(weight));
        foreach (ref float value in values) value = (float)random.NextDouble(-bound, bound);
    }

    /// <summary>Normal numbers with the given standard deviation.</summary>
    public static Initializer Normal(double deviation) => (values, _, random) => FillNormal(values, deviation, random);

    /// <summary>
    /// Normal numbers with the given standard deviation, none beyond -2 and 2 (<c>trunc_normal_</c> with its defaults, whose bounds are
    /// numbers and no multiples of the deviation).
    /// </summary>
    public static Initializer TruncatedNormal(double deviation) => (values, _, random) =>
    {
        foreach (ref float value in values)
            do value = (float)(deviation * random.NextGaussian());
            while (Math.Abs(value) > 2);
    };

    /// <summary>Zeros.</summary>
    public static void Zeros(Span<float> values, Shape weight, SeededRandom random) => values.Clear();

    private static void FillNormal(Span<float> values, double deviation, SeededRandom random)
    {
        foreach (ref float value in values) value = (float)(deviation * random.NextGaussian());
    }

    private static long Kernel(Shape weight)
    {
        long size = 1;
        for (int d = 2; d < weight.Rank; d++) size *= weight[d];
        return size;
    }
}
