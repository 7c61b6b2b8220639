using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>
/// Ranges to scales and zero points by the formulas of PyTorch's observers, in single precision
/// (torch/ao/quantization/observer.py, <c>UniformQuantizationObserverBase._calculate_qparams</c>).
/// </summary>
public static class QuantFormula
{
    private const float Epsilon = 1.1920929e-7f;

    /// <summary>Scale and zero point of quint8 codes from 0 to <paramref name="maximumCode"/>: affine, with zero represented exactly.</summary>
    /// <param name="range">The range, not empty.</param>
    /// <param name="maximumCode">255, or 127 for a reduced range.</param>
    public static QuantParams Affine(QuantRange range, int maximumCode)
    {
        float minimum = MathF.Min(range.Minimum, 0f), maximum = MathF.Max(range.Maximum, 0f);
        float scale = MathF.Max((maximum - minimum) / maximumCode, Epsilon);
        int zeroPoint = Math.Clamp(-(int)MathF.Round(minimum / scale, MidpointRounding.ToEven), 0, maximumCode);
        return QuantParams.PerTensor(scale, zeroPoint);
    }

    /// <summary>The scale of symmetric qint8 codes, whose zero point is 0: the largest magnitude over 127.5.</summary>
    /// <param name="range">The range, not empty.</param>
    public static float Symmetric(QuantRange range) =>
        MathF.Max(MathF.Max(-MathF.Min(range.Minimum, 0f), MathF.Max(range.Maximum, 0f)) / 127.5f, Epsilon);
}
