namespace QuantPS.Engine.Kernels;

/// <summary>Which steps the way from sums to codes needs.</summary>
/// <param name="Scaled">oneDNN's form: a scale before the bias, and the zero point added in float.</param>
/// <param name="ClampsFloats">Whether floats must be clamped before they become integers.</param>
/// <param name="ClampsLow">Whether codes below the range must be raised.</param>
/// <param name="ClampsHigh">Whether codes above the range must be lowered.</param>
/// <param name="Adds">Whether another quantized value is added behind.</param>
/// <param name="ClampsSums">Whether those sums must be clamped before they become integers.</param>
internal sealed record ConvTailShape(bool Scaled, bool ClampsFloats, bool ClampsLow, bool ClampsHigh, bool Adds, bool ClampsSums)
{
    /// <summary>Whether sums become floats, and no codes: times a factor, and a bias.</summary>
    public bool GivesFloats { get; init; }

    /// <summary>Whether floats are rounded once, after the bias.</summary>
    public bool IsFused { get; init; }

    /// <summary>The steps that a dynamic linear layer needs.</summary>
    public static ConvTailShape Of(DynamicLinearSpec spec) =>
        new(Scaled: false, ClampsFloats: float.IsFinite(spec.Low) || float.IsFinite(spec.High), false, false, false, false)
        {
            GivesFloats = true, IsFused = spec.Fused,
        };

    /// <summary>The steps that a convolution needs.</summary>
    public static ConvTailShape Of(QuantizedConvSpec spec)
    {
        (byte low, byte high) = spec.Add?.Range ?? spec.Requantization.Range;
        return new(spec.Requantization.Scale is not null, !spec.Requantization.StaysInInt32(spec.LargestSums()), low > 0, high < 255,
            spec.Add is not null, spec.Add?.StaysInInt32 is false);
    }
}
