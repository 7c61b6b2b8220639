using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random pools; every zero point. Images are channels last, as quantized convolutions leave them.</summary>
internal static class PoolCases
{
    private const int Count = 256, ChannelsLast = 2;

    public static IEnumerable<OperatorCase> Max(QEngine engine)
    {
        var random = new RandomValues(20);
        for (int i = 0; i < Count; i++)
        {
            (QuantizedInput input, Window2 window) = Image(random, i, engine);
            // With dilation and padding, libtorch's qnnpack takes pixels of the border for padding.
            if (engine != QEngine.Qnnpack && input.Shape[2] > 4 && input.Shape[3] > 4 && random.Chance(0.3)) window = window with { Dilation = 2 };
            yield return Case(input, "max_pool2d", x => new MaxPool2d { Name = "y", Inputs = [x], Window = window },
            [
                window.Kernel.Height, window.Kernel.Width, window.Stride.Height, window.Stride.Width, window.Padding.Height, window.Padding.Width,
                window.Dilation.Height, window.Dilation.Width, window.CeilMode ? 1 : 0,
            ]);
        }
    }

    public static IEnumerable<OperatorCase> Average(QEngine engine)
    {
        var random = new RandomValues(21);
        for (int i = 0; i < Count; i++)
        {
            (QuantizedInput input, Window2 window) = Image(random, i, engine);
            // libtorch's qnnpack counts padding whatever it is told.
            bool countPadding = engine == QEngine.Qnnpack || random.Chance();
            yield return Case(input, "avg_pool2d", x => new AvgPool2d { Name = "y", Inputs = [x], Window = window, CountIncludePad = countPadding },
            [
                window.Kernel.Height, window.Kernel.Width, window.Stride.Height, window.Stride.Width, window.Padding.Height, window.Padding.Width,
                window.CeilMode ? 1 : 0, countPadding ? 1 : 0,
            ]);
        }
    }

    public static IEnumerable<OperatorCase> Adaptive(QEngine engine)
    {
        var random = new RandomValues(22);
        for (int i = 0; i < Count; i++)
        {
            (int height, int width) = (random.Integer(1, 15), random.Integer(1, 15));
            Size2 output = random.Chance(0.6) ? 1 : new Size2(random.Integer(1, height), random.Integer(1, width));
            QuantizedInput input = QuantizedInput.Of(
                random, QuantParams.PerTensor(random.Scale(), i), 255, random.Integer(1, 2), random.Integer(1, 80), height, width);
            yield return Case(input, "adaptive_avg_pool2d", x => new AdaptiveAvgPool2d { Name = "y", Inputs = [x], Output = output }, [output.Height, output.Width]);
        }
    }

    public static IEnumerable<OperatorCase> Mean(QEngine engine)
    {
        var random = new RandomValues(23);
        for (int i = 0; i < Count; i++)
        {
            random.NextCase();
            (int height, int width) = (random.Integer(1, 18), random.Integer(1, 18));
            // libtorch adds what is left over of 64 channels in another order, which decides between codes where a mean lies halfway: an even
            // number of pixels can have such.
            int channels = height * width % 2 == 0 ? 64 * random.Integer(1, 3) : random.Integer(2, 100);
            QuantizedInput input = QuantizedInput.Of(random, QuantParams.PerTensor(random.Scale(), i), 255, random.Integer(1, 2), channels, height, width);
            bool keep = random.Chance();
            yield return Case(input, "mean", x => new Mean { Name = "y", Inputs = [x], KeepDimensions = keep }, [keep ? 1 : 0]);
        }
    }

    private static (QuantizedInput, Window2) Image(RandomValues random, int zeroPoint, QEngine engine)
    {
        Size2 kernel = new(random.Integer(1, 3), random.Integer(1, 3));
        // qnnpack refuses a window of one pixel.
        if (engine == QEngine.Qnnpack && kernel == 1) kernel = 2;
        Size2 padding = new(random.Integer(0, kernel.Height / 2), random.Integer(0, kernel.Width / 2));
        var window = new Window2(kernel, new(random.Integer(1, 3), random.Integer(1, 3)), padding, 1, random.Chance(0.3));
        return (QuantizedInput.Of(
            random, QuantParams.PerTensor(random.Scale(), zeroPoint), 255, random.Integer(1, 2), random.Integer(1, 70), random.Integer(3, 11), random.Integer(3, 11)), window);
    }

    private static OperatorCase Case(QuantizedInput input, string method, Func<string, Node> pool, ReadOnlySpan<long> attributes)
    {
        var graph = new GraphBuilder([(int)input.Shape[1], (int)input.Shape[2], (int)input.Shape[3]]);
        string y = graph.Add(pool(graph.Requantized(GraphBuilder.Input, input.Parameters)));
        return new(graph.Build(graph.Quantize(y, input.Parameters)), (int)input.Shape[0], input.Floats, method,
            input.Argument, HostTensor.Reals(input.Parameters.Scale), HostTensor.Integers([input.Parameters.ZeroPoint, ChannelsLast, .. attributes]));
    }
}
