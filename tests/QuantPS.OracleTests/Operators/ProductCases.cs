using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random products of two images, and of an image and the first pixel of another.</summary>
internal static class ProductCases
{
    private const int Count = 256;

    public static IEnumerable<OperatorCase> Mul(QEngine engine)
    {
        var random = new RandomValues(63);
        for (int i = 0; i < Count; i++)
        {
            bool relu = random.Chance();
            yield return Case(random, i, relu ? 1 : 0, (graph, a, b) =>
            {
                string y = graph.Add(new Multiply { Name = "y", Inputs = [a, b] });
                return relu ? graph.Relu("relu", y) : y;
            });
        }
    }

    public static IEnumerable<OperatorCase> Scaling(QEngine engine)
    {
        var random = new RandomValues(64);
        for (int i = 0; i < Count; i++)
            yield return Case(random, i, 2, (graph, a, b) => graph.Add(new Multiply { Name = "y", Inputs = [a, b] }));
    }

    private static OperatorCase Case(RandomValues random, int zeroPoint, int kind, Func<GraphBuilder, string, string, string> operation)
    {
        int channels = random.Integer(1, 60);
        Pair pair = Pair.Of(random, zeroPoint, channels, channels, false);
        // Products of codes span 65,025 steps of both scales; some results are clamped.
        float step = pair.First.Parameters.Scale * pair.Second.Parameters.Scale;
        pair = pair with { Output = QuantParams.PerTensor(random.Scale(step * random.Real(30, 300)), pair.Output.ZeroPoint) };
        GraphBuilder graph = pair.Builder(out string a, out string b, firstPixel: kind == 2);
        return pair.Case(graph.Build(graph.Quantize(operation(graph, a, b), pair.Output)), "mul", random, kind);
    }
}
