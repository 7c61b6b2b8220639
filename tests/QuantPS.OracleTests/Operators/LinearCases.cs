using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random linear layers, from codes to codes and, quantized as they run, from floats to floats.</summary>
internal static class LinearCases
{
    public static IEnumerable<OperatorCase> Static(QEngine engine)
    {
        var random = new RandomValues(11);
        for (int i = 0; i < 384; i++) yield return Static(random, engine, i % (ConvolutionCases.HighestCode(engine) + 1));
    }

    public static IEnumerable<OperatorCase> Dynamic(QEngine engine)
    {
        var random = new RandomValues(12);
        for (int i = 0; i < 384; i++) yield return Dynamic(random, engine);
    }

    private static OperatorCase Static(RandomValues random, QEngine engine, int zeroPoint)
    {
        (int features, int outputs, int batch) = (random.Integer(1, 300), random.Integer(1, 50), random.Integer(1, 8));
        random.NextCase();
        bool relu = random.Chance();
        float scale = random.Scale();
        QuantizedInput input = QuantizedInput.Of(random, QuantParams.PerTensor(scale, zeroPoint), ConvolutionCases.HighestCode(engine), batch, features);
        float spread = scale * 0.005f * 74 * 74 * MathF.Sqrt(features);
        QuantParams output = QuantParams.PerTensor(random.Scale(spread * MathF.Exp(random.Real(-6, -2))), random.Integer(0, 254));
        var graph = new GraphBuilder([features]);
        string x = graph.Requantized(GraphBuilder.Input, input.Parameters);
        (string y, HostTensor codes, HostTensor scales, HostTensor? bias, bool perChannel) = Layer(
            random, graph, x, features, outputs, true, (weight, parameters) => random.Chance() || NearTies.AreUnsettled(engine, parameters.Axis is not null)
                ? random.Reals(outputs, -5 * scale, 5 * scale)
                : NearTies.Biases(random, NearTies.Sums(random, input, weight, outputs), scale, parameters, output));
        if (relu) y = graph.Relu("relu", y);
        return new(graph.Build(graph.Quantize(y, output)), batch, input.Floats, "linear",
            input.Argument, HostTensor.Reals(scale, output.Scale),
            HostTensor.Integers(zeroPoint, 0, output.ZeroPoint, relu ? 1 : 0, perChannel ? 1 : 0), codes, scales, bias);
    }

    private static OperatorCase Dynamic(RandomValues random, QEngine engine)
    {
        (int features, int outputs, int batch) = (random.Integer(1, 300), random.Integer(1, 50), random.Integer(1, 8));
        // qnnpack ignores reduce_range; ranges lie on both sides of zero or on one, and some are small enough for the smallest scale.
        bool reduce = engine != QEngine.Qnnpack;
        float[] input = random.Integer(0, 9) switch
        {
            0 => new float[batch * features],
            < 4 => Halves(random, batch * features, reduce ? 127 : 255),
            _ => Ranged(random, batch * features),
        };
        var graph = new GraphBuilder([features]);
        string x = graph.Dequantize(graph.Add(new DynamicQuantize { Name = "x.quantize", Inputs = [GraphBuilder.Input], ReduceRange = reduce }));
        // PyTorch's qnnpack has no dynamic linear with a scale for each channel.
        (string y, HostTensor codes, HostTensor scales, HostTensor? bias, bool perChannel) =
            Layer(random, graph, x, features, outputs, engine != QEngine.Qnnpack, (_, _) => random.Reals(outputs, -1, 1));
        return new(graph.Build(y), batch, input, "linear_dynamic",
            HostTensor.From<float>(input, batch, features), HostTensor.Integers(reduce ? 1 : 0, perChannel ? 1 : 0), codes, scales, bias);
    }

    private static float[] Ranged(RandomValues random, int count)
    {
        float size = MathF.Exp(random.Real(-12, 4)), offset = random.Real(-1, 1) * size;
        return random.Reals(count, offset - size / 2, offset + size / 2);
    }

    // Values halfway between codes, give or take a unit in the last place: where the backends round differently.
    private static float[] Halves(RandomValues random, int count, int highest)
    {
        float step = random.Scale();
        int zeroPoint = random.Integer(0, highest);
        var values = new float[count];
        for (int i = 0; i < count; i++)
        {
            float value = (random.Integer(0, highest - 1) - zeroPoint + 0.5f) * step;
            values[i] = random.Integer(0, 2) switch { 0 => value, 1 => MathF.BitIncrement(value), _ => MathF.BitDecrement(value) };
        }
        values[0] = -zeroPoint * step;
        values[^1] = (highest - zeroPoint) * step;
        return values;
    }

    private static (string Value, HostTensor Codes, HostTensor Scales, HostTensor? Bias, bool PerChannel) Layer(
        RandomValues random, GraphBuilder graph, string x, int features, int outputs, bool perChannelToo, Func<sbyte[], QuantParams, float[]> biases)
    {
        bool perChannel = perChannelToo && random.Chance();
        QuantParams parameters = random.WeightParameters(outputs, perChannel);
        sbyte[] weight = random.WeightCodes(outputs * features);
        float[]? bias = random.Chance(0.75) ? biases(weight, parameters) : null;
        string w = graph.Weight("weight", weight, [outputs, features], parameters);
        string y = graph.Linear("y", x, w, bias is null ? null : graph.Constant("bias", bias));
        return (y, HostTensor.From<sbyte>(weight, outputs, features), HostTensor.Reals(parameters.Scales),
            bias is null ? null : HostTensor.From<float>(bias), perChannel);
    }
}
