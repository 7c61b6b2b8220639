using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;

namespace QuantPS.OracleTests.Operators;

/// <summary>Biases that bring results halfway between codes, give or take some units in the last place: where roundings show.</summary>
internal static class NearTies
{
    /// <summary>
    /// Whether libtorch's rounding depends on its compiler: FBGEMM's source multiplies the bias by a reciprocal where there is one scale, and adds
    /// the product; GCC makes one instruction of both, which rounds once. Ours rounds twice, as the source says.
    /// </summary>
    public static bool AreUnsettled(QEngine engine, bool perChannel) => !perChannel && engine is (QEngine.Fbgemm or QEngine.X86);

    /// <param name="random">The source of values.</param>
    /// <param name="sums">The exact sum of one result of each channel: that result is brought there.</param>
    /// <param name="input">The scale of the input.</param>
    /// <param name="weights">The scales of the weights.</param>
    /// <param name="output">The scale and zero point of the results.</param>
    public static float[] Biases(RandomValues random, int[] sums, float input, QuantParams weights, QuantParams output)
    {
        var biases = new float[sums.Length];
        for (int o = 0; o < sums.Length; o++)
        {
            double tie = (random.Integer(0, 254) + 0.5 - output.ZeroPoint) * output.Scale;
            float bias = (float)(tie - sums[o] * (double)input * weights.Scales[weights.Axis is null ? 0 : o]);
            for (int i = random.Integer(0, 2); i > 0; i--) bias = MathF.BitIncrement(bias);
            for (int i = random.Integer(0, 2); i > 0; i--) bias = MathF.BitDecrement(bias);
            biases[o] = bias;
        }
        return biases;
    }

    /// <summary>The sum of a convolution for one random result of each channel.</summary>
    public static int[] Sums(RandomValues random, QuantizedInput input, sbyte[] weight, Window2 window, int groups, int channels)
    {
        (int images, int inputs, int height, int width) = ((int)input.Shape[0], (int)input.Shape[1] / groups, (int)input.Shape[2], (int)input.Shape[3]);
        Size2 size = window.Output(height, width), kernel = window.Kernel;
        var sums = new int[channels];
        for (int o = 0; o < channels; o++)
        {
            int image = random.Integer(0, images - 1), group = o / (channels / groups);
            int top = random.Integer(0, size.Height - 1) * window.Stride.Height - window.Padding.Height;
            int left = random.Integer(0, size.Width - 1) * window.Stride.Width - window.Padding.Width;
            for (int tap = 0; tap < inputs * kernel.Height * kernel.Width; tap++)
            {
                int channel = group * inputs + tap / (kernel.Height * kernel.Width);
                int y = top + tap / kernel.Width % kernel.Height * window.Dilation.Height, x = left + tap % kernel.Width * window.Dilation.Width;
                if (y < 0 || y >= height || x < 0 || x >= width) continue;
                int code = input.Codes[((image * groups * inputs + channel) * height + y) * width + x];
                sums[o] += (code - input.Parameters.ZeroPoint) * weight[o * inputs * kernel.Height * kernel.Width + tap];
            }
        }
        return sums;
    }

    /// <summary>The sum of a linear layer for one random result of each output.</summary>
    public static int[] Sums(RandomValues random, QuantizedInput input, sbyte[] weight, int outputs)
    {
        int features = (int)input.Shape[1];
        var sums = new int[outputs];
        for (int o = 0; o < outputs; o++)
        {
            int row = random.Integer(0, (int)input.Shape[0] - 1);
            for (int i = 0; i < features; i++) sums[o] += (input.Codes[row * features + i] - input.Parameters.ZeroPoint) * weight[o * features + i];
        }
        return sums;
    }
}
