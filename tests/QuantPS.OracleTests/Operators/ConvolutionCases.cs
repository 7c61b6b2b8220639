using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random conv2d: every zero point, strides, paddings, dilations, groups, both kinds of weight scales, with and without bias and ReLU.</summary>
internal static class ConvolutionCases
{
    public static IEnumerable<OperatorCase> Of(QEngine engine)
    {
        var random = new RandomValues(10);
        int highest = HighestCode(engine);
        for (int i = 0; i < 384; i++) yield return Case(random, engine, i % (highest + 1), i % 6);
    }

    /// <summary>
    /// fbgemm's depthwise kernels add products in 16 bits that saturate above 127, whence PyTorch's reduced range for it and for x86.
    /// </summary>
    public static int HighestCode(QEngine engine) => engine == QEngine.Qnnpack ? 255 : 127;

    private static OperatorCase Case(RandomValues random, QEngine engine, int zeroPoint, int kind)
    {
        random.NextCase();
        // Depthwise 3x3, also above the 100 groups from which the x86 engine leaves oneDNN; depthwise; grouped; pointwise; dense.
        (int groups, int inputs, int outputs) = kind switch
        {
            0 => (random.Integer(1, 140), 1, 1),
            1 => (random.Integer(1, 40), 1, random.Integer(1, 2)),
            2 => (random.Integer(2, 5), random.Integer(1, 12), random.Integer(1, 12)),
            3 => (1, random.Integer(1, 100), random.Integer(1, 70)),
            _ => (1, random.Integer(1, 40), random.Integer(1, 40)),
        };
        Size2 kernel = kind switch { 0 => 3, 3 => 1, _ => new Size2(random.Integer(1, 5), random.Integer(1, 5)) };
        Size2 dilation = kind is 0 or 3 ? 1 : new Size2(random.Integer(1, 2), random.Integer(1, 2));
        Size2 reach = new(dilation.Height * (kernel.Height - 1) + 1, dilation.Width * (kernel.Width - 1) + 1);
        // oneDNN leaves results uninitialized where all taps of a window lie in the padding: padding stays below the kernel's reach, and the
        // image is at least as large as the dilation.
        Size2 padding = new(random.Integer(0, Math.Min(3, reach.Height - 1)), random.Integer(0, Math.Min(3, reach.Width - 1)));
        int height = Largest(random.Integer(1, 9), reach.Height - 2 * padding.Height, dilation.Height);
        int width = Largest(random.Integer(1, 9), reach.Width - 2 * padding.Width, dilation.Width);
        var window = new Window2(kernel, new(random.Integer(1, 3), random.Integer(1, 3)), padding, dilation);
        // It leaves them uninitialized as well where there is one column of windows and the stride is wider.
        if (window.Output(height, width).Width == 1) window = window with { Stride = new(window.Stride.Height, 1) };
        int batch = random.Integer(1, 2), channels = groups * outputs;
        bool relu = random.Chance(), perChannel = random.Chance(), biased = random.Chance(0.75);

        float scale = random.Scale();
        QuantizedInput input = QuantizedInput.Of(
            random, QuantParams.PerTensor(scale, zeroPoint), HighestCode(engine), batch, groups * inputs, height, width);
        QuantParams weightParameters = random.WeightParameters(channels, perChannel);
        sbyte[] weight = random.WeightCodes(channels * inputs * kernel.Height * kernel.Width);
        // From results that use a few codes to results of which many are clamped; qnnpack refuses a ReLU with a zero point of 255.
        float spread = scale * 0.005f * 74 * 74 * MathF.Sqrt(inputs * kernel.Height * kernel.Width);
        QuantParams output = QuantParams.PerTensor(random.Scale(spread * MathF.Exp(random.Real(-6, -2))), random.Integer(0, 254));
        float[] bias = random.Chance() || NearTies.AreUnsettled(engine, perChannel)
            ? random.Reals(channels, -5 * scale, 5 * scale)
            : NearTies.Biases(random, NearTies.Sums(random, input, weight, window, groups, channels), scale, weightParameters, output);

        var graph = new GraphBuilder([groups * inputs, height, width]);
        string w = graph.Weight("weight", weight, [channels, inputs, kernel.Height, kernel.Width], weightParameters);
        string y = graph.Conv2d("y", graph.Requantized(GraphBuilder.Input, input.Parameters), w, biased ? graph.Constant("bias", bias) : null, window, groups);
        if (relu) y = graph.Relu("relu", y);
        return new(graph.Build(graph.Quantize(y, output)), batch, input.Floats, "conv2d",
            input.Argument, HostTensor.Reals(scale, output.Scale),
            HostTensor.Integers(
                zeroPoint, random.Integer(0, 1) * 2, output.ZeroPoint, relu ? 1 : 0, perChannel ? 1 : 0, window.Stride.Height, window.Stride.Width,
                padding.Height, padding.Width, dilation.Height, dilation.Width, groups),
            HostTensor.From<sbyte>(weight, channels, inputs, kernel.Height, kernel.Width), HostTensor.Reals(weightParameters.Scales),
            biased ? HostTensor.From<float>(bias) : null);
    }

    private static int Largest(params ReadOnlySpan<int> values)
    {
        int largest = values[0];
        foreach (int value in values) largest = Math.Max(largest, value);
        return largest;
    }
}
