using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// How an exact accumulator becomes a code: clamp(zero point + rint((float(acc + IntegerBias) + FloatBias) * Factor)), for each output
/// channel; one of the biases is zero.
/// </summary>
/// <param name="IntegerBias">Added to the accumulator: the bias of qnnpack.</param>
/// <param name="FloatBias">Added to the accumulator as a float: the bias of fbgemm, x86 and onednn.</param>
/// <param name="Factor">scale of the input * scale of the weight / scale of the output.</param>
/// <param name="ZeroPoint">The zero point of the output.</param>
/// <param name="Range">The smallest and the largest code.</param>
internal sealed record Requantization(int[] IntegerBias, float[] FloatBias, float[] Factor, int ZeroPoint, CodeRange Range)
{
    public static Requantization Of(
        QuantizationBackend backend, QuantParams input, Tensor weight, float[]? bias, QuantParams output, CodeRange range)
    {
        float[] scales = WeightScales.Of(weight);
        (int[] integers, float[] floats, float[] factors) = (new int[scales.Length], new float[scales.Length], new float[scales.Length]);
        for (int o = 0; o < scales.Length; o++)
        {
            float accumulatorScale = input.Scale * scales[o];
            factors[o] = accumulatorScale / output.Scale;
            if (bias is null) continue;
            if (backend == QuantizationBackend.Qnnpack) integers[o] = (int)Math.Round((double)(bias[o] * (1 / accumulatorScale)));
            // FBGEMM multiplies by the reciprocal where there is one scale, and divides where there is one a channel (QuantUtilsAvx2.cc).
            else floats[o] = weight.Quantization!.Axis is null ? bias[o] * (float)(1.0 / accumulatorScale) : bias[o] / accumulatorScale;
        }
        return new(integers, floats, factors, output.ZeroPoint, range);
    }

    public byte Apply(int accumulator, int channel) =>
        Codes.Quantize(unchecked(accumulator + IntegerBias[channel]) + FloatBias[channel], Factor[channel], ZeroPoint, Range.Low, Range.High);
}
