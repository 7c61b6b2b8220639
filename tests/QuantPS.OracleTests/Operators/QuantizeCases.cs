using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Floats to codes and back, for every zero point.</summary>
internal static class QuantizeCases
{
    private const int Elements = 700;

    public static IEnumerable<OperatorCase> Quantize(QEngine engine)
    {
        var random = new RandomValues(40);
        for (int i = 0; i < 256; i++)
        {
            random.NextCase();
            QuantParams parameters = QuantParams.PerTensor(random.Scale(), i);
            float[] values = Values(random, parameters);
            var graph = new GraphBuilder([Elements]);
            yield return new(graph.Build(graph.Quantize(GraphBuilder.Input, parameters)), 1, values, "quantize",
                HostTensor.From<float>(values, 1, Elements), HostTensor.Reals(parameters.Scale), HostTensor.Integers(i));
        }
    }

    public static IEnumerable<OperatorCase> Dequantize(QEngine engine)
    {
        var random = new RandomValues(41);
        for (int i = 0; i < 256; i++)
        {
            QuantParams parameters = QuantParams.PerTensor(random.Scale(), i);
            var input = new QuantizedInput([.. Enumerable.Range(0, 256).Select(code => (byte)code)], [1, 256], parameters);
            var graph = new GraphBuilder([256]);
            yield return new(graph.Build(graph.Requantized(GraphBuilder.Input, parameters)), 1, input.Floats, "dequantize",
                input.Argument, HostTensor.Reals(parameters.Scale), HostTensor.Integers(i));
        }
    }

    // Every code's value and the halves between, one unit in the last place around them, and values far outside: below 2^30 steps, for
    // libtorch adds the zero point in 32 bits, which overflows above.
    private static float[] Values(RandomValues random, QuantParams parameters)
    {
        var values = new float[Elements];
        for (int i = 0; i < Elements; i++)
        {
            float value = parameters.Scale * (random.Integer(-600, 600) / 2f);
            values[i] = random.Integer(0, 4) switch
            {
                0 => value,
                1 => MathF.BitIncrement(value),
                2 => MathF.BitDecrement(value),
                3 => parameters.Scale * random.Real(-300, 300),
                _ => parameters.Scale * random.Real(-1e9f, 1e9f),
            };
        }
        return values;
    }
}
