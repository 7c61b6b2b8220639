using QuantPS.Engine;
using QuantPS.OracleTests.Oracle;
using QuantPS.Tests.Engine;

namespace QuantPS.OracleTests.Operators;

/// <summary>Random sums, ReLU, ReLU6, batch normalization, concatenations, paddings and reshapes; codes from 0 to 255 and every zero point.</summary>
internal static class ElementwiseCases
{
    private const int Count = 256;

    public static IEnumerable<OperatorCase> Add(QEngine engine) => Sums(30, relu: false);

    public static IEnumerable<OperatorCase> AddRelu(QEngine engine) => Sums(31, relu: true);

    public static IEnumerable<OperatorCase> Relu(QEngine engine) => Relus(32, float.PositiveInfinity);

    public static IEnumerable<OperatorCase> Relu6(QEngine engine) => Relus(33, 6);

    public static IEnumerable<OperatorCase> BatchNorm(QEngine engine)
    {
        var random = new RandomValues(34);
        for (int i = 0; i < Count; i++)
        {
            QuantizedInput input = Image(random, i);
            int channels = (int)input.Shape[1];
            float[][] parameters =
            [
                random.Reals(channels, -2, 2), random.Reals(channels, -2, 2), random.Reals(channels, -2, 2), random.Reals(channels, 0, 2),
            ];
            bool relu = random.Chance();
            QuantParams output = QuantParams.PerTensor(random.Scale(input.Parameters.Scale * random.Real(0.1f, 7)), random.Integer(0, 255));
            const float epsilon = 1e-5f;
            GraphBuilder graph = Builder(input);
            string[] names = ["weight", "bias", "running_mean", "running_var"];
            string y = graph.Add(new BatchNorm2d
            {
                Name = "y", Epsilon = epsilon,
                Inputs = [graph.Requantized(GraphBuilder.Input, input.Parameters), .. names.Select((name, p) => graph.Constant(name, parameters[p]))],
            });
            if (relu) y = graph.Relu("relu", y);
            yield return new(graph.Build(graph.Quantize(y, output)), (int)input.Shape[0], input.Floats, "batch_norm2d",
            [
                input.Argument, HostTensor.Reals(input.Parameters.Scale, output.Scale, epsilon),
                HostTensor.Integers(input.Parameters.ZeroPoint, random.Integer(0, 1) * 2, output.ZeroPoint, relu ? 1 : 0),
                .. parameters.Select(values => HostTensor.From<float>(values)),
            ]);
        }
    }

    public static IEnumerable<OperatorCase> Concat(QEngine engine)
    {
        var random = new RandomValues(35);
        for (int i = 0; i < Count; i++)
        {
            Pair pair = Pair.Of(random, i, random.Integer(1, 30), random.Integer(1, 30), random.Chance(0.3));
            GraphBuilder graph = pair.Builder(out string a, out string b);
            string y = graph.Add(new Concat { Name = "y", Inputs = [a, b] });
            yield return pair.Case(graph.Build(graph.Quantize(y, pair.Output)), "cat", random, 1);
        }
    }

    public static IEnumerable<OperatorCase> Pad(QEngine engine)
    {
        var random = new RandomValues(36);
        for (int i = 0; i < Count; i++)
        {
            QuantizedInput input = Image(random, i);
            int[] sizes = [.. Enumerable.Range(0, 6).Select(_ => random.Integer(0, 3))];
            yield return PassThrough(input, "pad", random,
                x => new Pad { Name = "y", Inputs = [x], Before = [0, sizes[4], sizes[2], sizes[0]], After = [0, sizes[5], sizes[3], sizes[1]] },
                [.. sizes.Select(size => (long)size)]);
        }
    }

    public static IEnumerable<OperatorCase> Flatten(QEngine engine)
    {
        var random = new RandomValues(37);
        for (int i = 0; i < Count; i++) yield return PassThrough(Image(random, i), "flatten", random, x => new Flatten { Name = "y", Inputs = [x] }, []);
    }

    private static IEnumerable<OperatorCase> Sums(int seed, bool relu)
    {
        var random = new RandomValues(seed);
        for (int i = 0; i < Count; i++)
        {
            int channels = random.Integer(1, 60);
            Pair pair = Pair.Of(random, i, channels, channels, false);
            GraphBuilder graph = pair.Builder(out string a, out string b);
            string y = graph.Add(new Add { Name = "y", Inputs = [a, b] });
            if (relu) y = graph.Relu("relu", y);
            yield return pair.Case(graph.Build(graph.Quantize(y, pair.Output)), "add", random, relu ? 1 : 0);
        }
    }

    private static IEnumerable<OperatorCase> Relus(int seed, float maximum)
    {
        var random = new RandomValues(seed);
        for (int i = 0; i < Count; i++)
            yield return PassThrough(Image(random, i), "relu", null, x => new Relu { Name = "y", Inputs = [x], Maximum = maximum }, [maximum == 6 ? 6 : 0]);
    }

    internal static QuantizedInput Image(RandomValues random, int zeroPoint)
    {
        random.NextCase();
        return QuantizedInput.Of(
            random, QuantParams.PerTensor(random.Scale(), zeroPoint), 255, random.Integer(1, 2), random.Integer(1, 60), random.Integer(1, 8), random.Integer(1, 8));
    }

    internal static GraphBuilder Builder(QuantizedInput input) => new([(int)input.Shape[1], (int)input.Shape[2], (int)input.Shape[3]]);

    // Layouts vary where random values are given: libtorch's qnnpack mixes up the elements of ReLU where images are channels last.
    internal static OperatorCase PassThrough(
        QuantizedInput input, string method, RandomValues? random, Func<string, Node> node, ReadOnlySpan<long> attributes)
    {
        GraphBuilder graph = Builder(input);
        string y = graph.Add(node(graph.Requantized(GraphBuilder.Input, input.Parameters)));
        return new(graph.Build(graph.Quantize(y, input.Parameters)), (int)input.Shape[0], input.Floats, method,
            input.Argument, HostTensor.Reals(input.Parameters.Scale),
            HostTensor.Integers([input.Parameters.ZeroPoint, (random?.Integer(0, 1) ?? 0) * 2, .. attributes]));
    }
}
