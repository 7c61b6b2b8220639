using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Two quantized images of one height and width for operators that take two. The graph cuts them from one input.</summary>
internal sealed record Pair(QuantizedInput First, QuantizedInput Second, QuantParams Output)
{
    /// <param name="random">The source of values.</param>
    /// <param name="zeroPoint">The zero point of the first image.</param>
    /// <param name="channels">The channels of the first image.</param>
    /// <param name="others">The channels of the second.</param>
    /// <param name="alike">Whether the second image and the output have the scale and zero point of the first.</param>
    public static Pair Of(RandomValues random, int zeroPoint, int channels, int others, bool alike)
    {
        random.NextCase();
        // The scales are near enough that each counts, and the output's lets some of the results be clamped.
        QuantParams first = QuantParams.PerTensor(random.Scale(), zeroPoint);
        QuantParams second = alike ? first : QuantParams.PerTensor(random.Scale(first.Scale * MathF.Exp(random.Real(-2, 2))), random.Integer(0, 255));
        QuantParams output = alike ? first : QuantParams.PerTensor(random.Scale((first.Scale + second.Scale) * random.Real(0.1f, 1.2f)), random.Integer(0, 254));
        (int height, int width) = (random.Integer(1, 8), random.Integer(1, 8));
        return new(
            QuantizedInput.Of(random, first, 255, 1, channels, height, width), QuantizedInput.Of(random, second, 255, 1, others, height, width), output);
    }

    /// <summary>A graph that quantizes both parts of its input, or of the first of them only one pixel, and dequantizes them.</summary>
    public GraphBuilder Builder(out string first, out string second, bool firstPixel = false)
    {
        int channels = (int)First.Shape[1];
        var graph = new GraphBuilder([channels + (int)Second.Shape[1], (int)First.Shape[2], (int)First.Shape[3]]);
        first = graph.Add(new Slice { Name = "a", Inputs = [GraphBuilder.Input], Dimension = 1, End = channels });
        if (firstPixel)
        {
            first = graph.Add(new Slice { Name = "a.row", Inputs = [first], Dimension = 2, End = 1 });
            first = graph.Add(new Slice { Name = "a.pixel", Inputs = [first], Dimension = 3, End = 1 });
        }
        first = graph.Requantized(first, First.Parameters);
        second = graph.Requantized(graph.Add(new Slice { Name = "b", Inputs = [GraphBuilder.Input], Dimension = 1, Start = channels }), Second.Parameters);
        return graph;
    }

    public OperatorCase Case(Graph graph, string method, RandomValues random, int attribute) => new(
        graph, 1, [.. First.Floats, .. Second.Floats], method, First.Argument, Second.Argument,
        HostTensor.Reals(First.Parameters.Scale, Output.Scale, Second.Parameters.Scale),
        HostTensor.Integers(First.Parameters.ZeroPoint, random.Integer(0, 1) * 2, Output.ZeroPoint, attribute, Second.Parameters.ZeroPoint));
}
