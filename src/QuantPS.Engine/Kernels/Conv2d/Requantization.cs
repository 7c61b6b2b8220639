using QuantPS.Engine.Execution.Lowering;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// How an exact accumulator becomes a code, for each output channel. With s = scale of the input * scale of the weight and o = scale of
/// the output, every step rounded to float:
/// fbgemm: zero point + rint((acc + bias / s) * (s / o));
/// qnnpack: zero point + rint((acc + rint(bias * (1 / s))) * (s * (1 / o)));
/// oneDNN: rint((acc * s + bias) * (1 / o) + zero point), with the scales of <see cref="OnednnScales"/>.
/// </summary>
/// <param name="Scale">s where oneDNN's form holds, (acc * Scale + FloatBias) * Factor + ZeroPoint; else null.</param>
/// <param name="IntegerBias">Added to the accumulator: the bias of qnnpack.</param>
/// <param name="FloatBias">Added to it as a float: the bias of fbgemm and oneDNN.</param>
/// <param name="Factor">What the sum is multiplied by.</param>
/// <param name="ZeroPoint">The zero point of the output.</param>
/// <param name="Range">The smallest and the largest code.</param>
internal sealed record Requantization(float[]? Scale, int[] IntegerBias, float[] FloatBias, float[] Factor, int ZeroPoint, CodeRange Range)
{
    /// <summary>
    /// The largest number of groups with which PyTorch's x86 engine gives a convolution with symmetric weights to oneDNN (OnednnUtils.h).
    /// </summary>
    private const int GroupsForOnednn = 100;

    /// <summary>What a backend does with a convolution of so many groups, or with a linear layer (null).</summary>
    public static Requantization Of(
        QuantizationBackend backend, int? groups, QuantParams input, Tensor weight, float[]? bias, QuantParams output, CodeRange range)
    {
        bool symmetric = weight.Quantization!.ZeroPoints.IndexOfAnyExcept(0L) < 0;
        if (backend == QuantizationBackend.X86)
            backend = groups <= GroupsForOnednn && symmetric ? QuantizationBackend.Onednn : QuantizationBackend.Fbgemm;
        bool onednn = backend == QuantizationBackend.Onednn;
        float inputScale = onednn ? OnednnScales.Of(input.Scales[0]) : input.Scale, outputScale = output.Scale;
        float[] scales = onednn && groups is null ? OnednnScales.OfLinear(weight) : WeightScales.Of(weight);
        scales = Array.ConvertAll(scales, scale => inputScale * scale);
        var floats = new float[scales.Length];
        float[] factors = Array.ConvertAll(scales, scale => scale / outputScale);
        switch (backend)
        {
            case QuantizationBackend.Onednn:
                Array.Fill(factors, 1 / OnednnScales.Of(output.Scales[0]));
                return new(scales, new int[scales.Length], bias ?? floats, factors, output.ZeroPoint, range);
            case QuantizationBackend.Qnnpack:
                var integers = new int[scales.Length];
                for (int o = 0; bias is not null && o < scales.Length; o++)
                {
                    // The scale of the bias is the product in double, unlike that of the sums (quant_utils::QuantizeBias).
                    double weightScale = weight.Quantization.Scales[weight.Quantization.Axis is null ? 0 : o];
                    integers[o] = (int)MathF.Round(bias[o] * (1 / (float)(weightScale * input.Scales[0])));
                }
                return new(null, integers, floats, Array.ConvertAll(scales, scale => scale * (1 / outputScale)), output.ZeroPoint, range);
            default:
                // FBGEMM multiplies by the reciprocal where there is one scale, and divides where there is one a channel (QuantUtilsAvx2.cc).
                bool perTensor = weight.Quantization.Axis is null;
                for (int o = 0; bias is not null && o < scales.Length; o++) floats[o] = perTensor ? bias[o] * (float)(1.0 / scales[o]) : bias[o] / scales[o];
                return new(null, new int[scales.Length], floats, factors, output.ZeroPoint, range);
        }
    }

    public byte Apply(int accumulator, int channel)
    {
        float sum = unchecked(accumulator + IntegerBias[channel]);
        return Scale is null
            ? Codes.Quantize(sum + FloatBias[channel], Factor[channel], ZeroPoint, Range.Low, Range.High)
            : (byte)Codes.Clamp(MathF.Round((sum * Scale[channel] + FloatBias[channel]) * Factor[channel] + ZeroPoint), Range.Low, Range.High);
    }

    /// <summary>
    /// Whether sums up to the largest of each channel stay within int32 after bias and factor, with room for the roundings: then
    /// instructions that saturate need no clamp in float before them.
    /// </summary>
    public bool StaysInInt32(long[] largestSums)
    {
        for (int channel = 0; channel < largestSums.Length; channel++)
        {
            double sum = largestSums[channel] + Math.Abs((double)IntegerBias[channel]);
            if (!(sum < int.MaxValue)) return false;
            double real = sum * (Scale?[channel] ?? 1) + Math.Abs((double)FloatBias[channel]);
            if (!(real * Math.Abs((double)Factor[channel]) < 1 << 30)) return false;
        }
        return true;
    }

    /// <summary>Writes the numbers of an output channel to a panel's: <see cref="PanelNumbers"/>.</summary>
    /// <param name="numbers">The panel's numbers.</param>
    /// <param name="lanes">The numbers of a kind.</param>
    /// <param name="lane">The channel's place among them.</param>
    /// <param name="channel">The output channel.</param>
    /// <param name="weightsTimesZero">The sum of its weights times the input's zero point.</param>
    public unsafe void Write(float* numbers, int lanes, int lane, int channel, int weightsTimesZero)
    {
        ((int*)numbers)[PanelNumbers.Start * lanes + lane] = unchecked(IntegerBias[channel] - weightsTimesZero);
        numbers[PanelNumbers.Bias * lanes + lane] = FloatBias[channel];
        numbers[PanelNumbers.Factor * lanes + lane] = Factor[channel];
        numbers[PanelNumbers.Scale * lanes + lane] = Scale?[channel] ?? 1;
    }
}
