using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// A convolution in float, within bounds, under the name of its operator: conv2d or linear. The weights are there while the kernel is made.
/// </summary>
internal sealed record ConvSpec(
    Value Input, Value Output, ConvGeometry Geometry, ConvWeights<float> Weight, float[] Bias, float Low, float High, string Name);

/// <summary>
/// A convolution of codes to codes. Padding is the input's zero point. The weights are there while the kernel is made.
/// </summary>
internal sealed record QuantizedConvSpec(
    Value Input, Value Output, ConvGeometry Geometry, CodeWeights Weight, int InputZeroPoint, Requantization Requantization, string Name, int MaxBatch)
{
    /// <summary>
    /// The sum that the convolution's codes are the left side of, in whose output they lie; null where nothing is added.
    /// </summary>
    public QuantizedAddSpec? Add { get; init; }

    /// <summary>Whether another kernel adds to the codes, band by band: <see cref="ConvThenAdd"/>.</summary>
    public bool IsAddedTo { get; init; }

    /// <summary>Whether the weights are bytes, which centred weights need not be.</summary>
    public bool HasByteWeights => Weight.AreBytes;

    /// <summary>The largest absolute value that a sum of each output channel may have, with any zero point.</summary>
    public long[] LargestSums()
    {
        long[] sums = Weight.AbsoluteSums();
        for (int o = 0; o < sums.Length; o++) sums[o] *= byte.MaxValue;
        return sums;
    }
}

/// <summary>
/// A linear layer from codes, whose scale (float) and zero point (int) are chosen as it runs and lie at an address, to floats within
/// bounds: acc * (scale * weight scale) + bias, rounded once where fused (fbgemm), else twice (qnnpack, onednn).
/// oneDNN's scales are inverted twice on their way.
/// </summary>
internal sealed record DynamicLinearSpec(
    Value Input, nint Parameters, Value Output, ConvGeometry Geometry, CodeWeights Weight, float[] WeightScales, float[] Bias, bool Fused,
    bool InvertedTwice, float Low, float High, int MaxRows)
{
    /// <summary>The scale of the codes that the sums are multiplied by.</summary>
    public float ScaleOf(DynamicParameters.Chosen chosen) => InvertedTwice ? chosen.InvertedTwice : chosen.Scale;
}
