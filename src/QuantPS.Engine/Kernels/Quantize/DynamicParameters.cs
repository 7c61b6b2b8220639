namespace QuantPS.Engine.Kernels;

/// <summary>The scale and the zero point that PyTorch chooses for a range as it runs.</summary>
internal static unsafe class DynamicParameters
{
    /// <param name="Scale">The scale.</param>
    /// <param name="ZeroPoint">The zero point.</param>
    /// <param name="InvertedTwice">The scale as PyTorch hands it to oneDNN's linear layers: inverted in double, and back in float.</param>
    internal readonly record struct Chosen(float Scale, int ZeroPoint, float InvertedTwice)
    {
        public QuantParams ToQuantParams() => QuantParams.PerTensor(Scale, ZeroPoint);
    }

    private const float SmallestScale = 6.1e-5f;

    /// <summary>What a kernel wrote behind its codes.</summary>
    public static Chosen Read(nint address) => *(Chosen*)address;

    public static void Write(nint address, Chosen chosen) => *(Chosen*)address = chosen;

    public static (float Scale, int ZeroPoint) Of(DequantizeSpec spec)
    {
        if (spec.Input.Quantization is { } known) return (known.Scale, known.ZeroPoint);
        Chosen chosen = Read(spec.Input.DynamicParameters(spec.MaxBatch));
        return (chosen.Scale, chosen.ZeroPoint);
    }

    /// <summary>
    /// PyTorch's <c>ChooseQuantizationParams</c> (aten/src/ATen/native/quantized/cpu/QuantUtils.h) for unsigned codes without preserving
    /// sparsity, its choice of the end that sets the zero point included: it compares |q| minus |x / scale|.
    /// </summary>
    public static Chosen Choose(float min, float max, bool reduceRange)
    {
        int highest = reduceRange ? 127 : 255;
        min = MathF.Min(min, 0);
        max = MathF.Max(max, 0);
        double scale = ((double)max - min) / highest;
        if ((float)scale == 0 || float.IsInfinity(1 / (float)scale)) scale = 0.1;
        if (scale < SmallestScale)
        {
            float amplifier = SmallestScale / (float)scale;
            scale = SmallestScale;
            if (min == 0) max = SmallestScale * highest;
            else if (max == 0) min = -SmallestScale * highest;
            else (min, max) = (min * amplifier, max * amplifier);
        }
        double fromMin = 0 - min / scale, fromMax = highest - max / scale;
        double errorOfMin = 0 - Math.Abs(min / scale), errorOfMax = highest - Math.Abs(max / scale);
        double zeroPoint = errorOfMin < errorOfMax ? fromMin : fromMax;
        int nudged = zeroPoint < 0 ? 0 : zeroPoint > highest ? highest : (int)Math.Round(zeroPoint);
        return new((float)scale, nudged, 1 / (float)(1.0 / scale));
    }
}
