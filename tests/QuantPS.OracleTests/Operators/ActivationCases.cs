using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random hardswish, hardsigmoid and sigmoid; codes from 0 to 255 and every zero point.</summary>
internal static class ActivationCases
{
    private const int Count = 256;

    // What codes reach is some units on both sides of zero: where the functions bend.
    private const float SmallestScale = 0.005f, LargestScale = 0.1f;

    public static IEnumerable<OperatorCase> Hardswish(QEngine engine) => Cases(60, "hardswish", x => new Hardswish { Name = "y", Inputs = [x] }, null);

    public static IEnumerable<OperatorCase> Hardsigmoid(QEngine engine) =>
        Cases(61, "hardsigmoid", x => new Hardsigmoid { Name = "y", Inputs = [x] }, QuantParams.PerTensor(1 / 256.0, 0));

    public static IEnumerable<OperatorCase> Sigmoid(QEngine engine) =>
        Cases(62, "sigmoid", x => new Sigmoid { Name = "y", Inputs = [x] }, QuantParams.PerTensor(1 / 256.0, 0));

    private static IEnumerable<OperatorCase> Cases(int seed, string method, Func<string, Node> node, QuantParams? output)
    {
        var random = new RandomValues(seed);
        for (int i = 0; i < Count; i++)
        {
            random.NextCase();
            QuantizedInput input = QuantizedInput.Of(random, QuantParams.PerTensor(random.Scale(random.Real(SmallestScale, LargestScale)), i), 255,
                random.Integer(1, 2), random.Integer(1, 60), random.Integer(1, 8), random.Integer(1, 8));
            QuantParams to = output ?? QuantParams.PerTensor(random.Scale(random.Real(SmallestScale, LargestScale)), random.Integer(0, 255));
            GraphBuilder graph = ElementwiseCases.Builder(input);
            string y = graph.Add(node(graph.Requantized(GraphBuilder.Input, input.Parameters)));
            yield return new(graph.Build(graph.Quantize(y, to)), (int)input.Shape[0], input.Floats, method,
                input.Argument, HostTensor.Reals(input.Parameters.Scale, to.Scale), HostTensor.Integers(i, random.Integer(0, 1) * 2, to.ZeroPoint));
        }
    }
}
