using System.Runtime.InteropServices;
using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Float weights to symmetric qint8, per tensor or per output channel (torch/ao/nn/quantized/modules/utils.py, <c>_quantize_weight</c>).</summary>
public static class WeightQuantizer
{
    /// <summary>The scales and zero points (all 0) that the weight's own range gives.</summary>
    /// <param name="weight">A float32 weight, output channels first.</param>
    /// <param name="perChannel">Whether each output channel has its own scale.</param>
    public static QuantParams Observe(Tensor weight, bool perChannel)
    {
        ReadOnlySpan<float> values = weight.As<float>();
        if (!perChannel) return QuantParams.PerTensor(QuantFormula.Symmetric(QuantRange.Of(values)), 0);
        int channels = weight.Shape[0], size = values.Length / channels;
        var scales = new double[channels];
        for (int channel = 0; channel < channels; channel++)
            scales[channel] = QuantFormula.Symmetric(QuantRange.Of(values.Slice(channel * size, size)));
        return QuantParams.PerChannel(scales, new long[channels], axis: 0);
    }

    /// <summary>The weight as qint8: clamp(rint(w * (1 / scale)), -128, 127).</summary>
    public static Tensor Quantize(Tensor weight, QuantParams quantization)
    {
        // Codes of zeros are zeros where all zero points are.
        if (weight.IsUnread && quantization.ZeroPoints.IndexOfAnyExcept(0L) < 0) return Tensor.Zeros(ElementType.QInt8, weight.Shape, quantization);
        ReadOnlySpan<float> values = weight.As<float>();
        ReadOnlySpan<double> scales = quantization.Scales;
        var bytes = new byte[values.Length];
        Span<sbyte> codes = MemoryMarshal.Cast<byte, sbyte>(bytes.AsSpan());
        int size = values.Length / scales.Length;
        for (int i = 0; i < codes.Length; i++)
        {
            float code = MathF.Round(values[i] * (1f / (float)scales[i / size]), MidpointRounding.ToEven);
            codes[i] = (sbyte)Math.Clamp(code + quantization.ZeroPoints[i / size], -128f, 127f);
        }
        return new Tensor(ElementType.QInt8, weight.Shape, bytes, quantization);
    }
}
