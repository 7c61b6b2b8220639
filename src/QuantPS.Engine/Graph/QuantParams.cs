namespace QuantPS.Engine;

/// <summary>
/// What gives quantized codes their meaning: real = scale * (code - zero point), with one scale and zero point for the
/// whole tensor, or one for each index of <see cref="Axis"/>. Immutable.
/// </summary>
/// <remarks>Scales are doubles and zero points 64-bit, as PyTorch stores them.</remarks>
public sealed class QuantParams : IEquatable<QuantParams>
{
    private readonly double[] _scales;
    private readonly long[] _zeroPoints;
    private readonly float[] _floatZeroPoints;

    private QuantParams(double[] scales, long[] zeroPoints, int? axis, float[]? floatZeroPoints = null)
    {
        _scales = scales;
        _zeroPoints = zeroPoints;
        Axis = axis;
        _floatZeroPoints = floatZeroPoints ?? [];
    }

    /// <summary>One scale and zero point for the whole tensor (<c>torch.per_tensor_affine</c>).</summary>
    public static QuantParams PerTensor(double scale, long zeroPoint) => new([scale], [zeroPoint], null);

    /// <summary>A scale and a zero point for each index of a dimension (<c>torch.per_channel_affine</c>).</summary>
    /// <exception cref="ArgumentException">The two have different lengths.</exception>
    public static QuantParams PerChannel(ReadOnlySpan<double> scales, ReadOnlySpan<long> zeroPoints, int axis)
    {
        if (scales.Length != zeroPoints.Length)
            throw new ArgumentException($"There are {scales.Length} scales but {zeroPoints.Length} zero points.");
        return new QuantParams(scales.ToArray(), zeroPoints.ToArray(), axis);
    }

    /// <summary>
    /// A float scale and zero point for each index of a dimension (<c>torch.per_channel_affine_float_qparams</c>), as tables of embeddings have.
    /// </summary>
    /// <exception cref="ArgumentException">The two have different lengths.</exception>
    public static QuantParams PerChannelFloat(ReadOnlySpan<float> scales, ReadOnlySpan<float> zeroPoints, int axis)
    {
        if (scales.Length != zeroPoints.Length)
            throw new ArgumentException($"There are {scales.Length} scales but {zeroPoints.Length} zero points.");
        return new QuantParams(Array.ConvertAll(scales.ToArray(), scale => (double)scale), [], axis, zeroPoints.ToArray());
    }

    /// <summary>The dimension that scales run along, or null where there is one for the whole tensor.</summary>
    public int? Axis { get; }

    /// <summary>The scales: one, or one a channel.</summary>
    public ReadOnlySpan<double> Scales => _scales;

    /// <summary>The zero points: one, or one a channel. None where they are floats.</summary>
    public ReadOnlySpan<long> ZeroPoints => _zeroPoints;

    /// <summary>The zero points where they are floats, one a channel.</summary>
    public ReadOnlySpan<float> FloatZeroPoints => _floatZeroPoints;

    /// <summary>Whether the zero points are floats: those of <see cref="PerChannelFloat"/>.</summary>
    public bool HasFloatZeroPoints => _zeroPoints.Length == 0;

    /// <summary>The scale of a per-tensor quantization, in the single precision that kernels compute with.</summary>
    public float Scale => Axis is null ? (float)_scales[0] : throw new InvalidOperationException("The scale is per channel.");

    /// <summary>The zero point of a per-tensor quantization.</summary>
    public int ZeroPoint => Axis is null ? (int)_zeroPoints[0] : throw new InvalidOperationException("The zero point is per channel.");

    /// <inheritdoc/>
    public bool Equals(QuantParams? other) =>
        other is not null && Axis == other.Axis && _scales.AsSpan().SequenceEqual(other._scales)
        && _zeroPoints.AsSpan().SequenceEqual(other._zeroPoints) && _floatZeroPoints.AsSpan().SequenceEqual(other._floatZeroPoints);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as QuantParams);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Axis, _scales.Length, _scales.FirstOrDefault(), _zeroPoints.FirstOrDefault(), _floatZeroPoints.FirstOrDefault());

    /// <inheritdoc/>
    public override string ToString() =>
        Axis is null ? FormattableString.Invariant($"scale {_scales[0]:g6}, zero point {_zeroPoints[0]}") : $"per channel ({_scales.Length})";
}
