using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>The operators of Transformers against their definitions, in double: sizes that vectors, tiles and blocks split differently.</summary>
public sealed class TransformerOperatorTests
{
    private readonly Random _random = new(17);

    private static readonly (Func<string, Node> Node, Func<double, double> Function)[] Functions =
    [
        (x => new Tanh { Name = "op", Inputs = [x] }, Math.Tanh),
        (x => new Gelu { Name = "op", Inputs = [x] }, x => x * NormalShareBelow(x)),
        (x => new Gelu { Name = "op", Inputs = [x], Approximate = true }, x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)))),
    ];

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Tanh_and_gelu_are_those_of_their_definitions_at_every_length(InstructionSet set)
    {
        foreach ((Func<string, Node> op, Func<double, double> function) in Functions)
            for (int length = 1; length <= 70; length += 3)
            {
                float[] input = _random.Floats(length, -7, 7);
                if (length > 4) (input[1], input[2], input[3], input[4]) = (float.NaN, 1e5f, -1e5f, 1e-6f);
                var builder = new GraphBuilder([length]);
                float[] actual = Runner.Run(builder.Build(builder.Add(op(GraphBuilder.Input))), input, new CompileOptions { InstructionSet = set });
                for (int i = 0; i < length; i++) AssertClose(function(input[i]), actual[i], 1e-6, $"element {i}, {input[i]}");
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Layer_norm_is_that_of_its_definition_with_a_sum_before_it_and_without(InstructionSet set)
    {
        foreach (int features in new[] { 1, 2, 7, 16, 33, 64, 100, 768 })
            foreach (bool isSum in new[] { false, true })
            {
                const int Rows = 3;
                float[] input = _random.Floats(Rows * features, -2, 3), weight = _random.Floats(features, -1, 1), bias = _random.Floats(features);
                var builder = new GraphBuilder([Rows, features]);
                string x = GraphBuilder.Input;
                if (isSum) x = builder.Add(new Add { Name = "add", Inputs = [builder.Add(new Sigmoid { Name = "sigmoid", Inputs = [x] }), x] });
                string[] inputs = [x, builder.Constant("weight", weight), builder.Constant("bias", bias)];
                Graph graph = builder.Build(builder.Add(new LayerNorm { Name = "norm", Inputs = [.. inputs], Epsilon = 1e-12f }));
                float[] actual = Runner.Run(graph, input, new CompileOptions { InstructionSet = set });
                for (int row = 0; row < Rows; row++)
                {
                    double[] values = [.. input.AsSpan(row * features, features).ToArray().Select(v => isSum ? v + 1 / (1 + Math.Exp(-v)) : v)];
                    double mean = values.Average(), variance = values.Average(v => (v - mean) * (v - mean)), deviation = Math.Sqrt(variance + 1e-12);
                    for (int i = 0; i < features; i++)
                        AssertClose((values[i] - mean) / deviation * weight[i] + bias[i], actual[row * features + i], 1e-5, $"{features} features, element {i}");
                }
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Softmax_is_that_of_its_definition(InstructionSet set)
    {
        for (int features = 1; features <= 70; features += 3)
        {
            float[] input = _random.Floats(2 * features, -20, 20);
            if (features > 3) input[2] = float.NegativeInfinity;
            var builder = new GraphBuilder([2, features]);
            float[] actual = Runner.Run(builder.Build(builder.Add(new Softmax { Name = "op", Inputs = [GraphBuilder.Input] })), input, new CompileOptions { InstructionSet = set });
            for (int i = 0; i < input.Length; i++)
                AssertClose(Softmax([.. input.AsSpan(i / features * features, features).ToArray().Select(v => (double)v)])[i % features], actual[i], 1e-6, $"element {i}");
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Attention_is_that_of_its_definition_at_any_length_and_batch(InstructionSet set)
    {
        foreach ((int heads, int headFeatures) in new[] { (1, 1), (2, 5), (3, 16), (2, 40), (2, 64) })
        {
            const int MaxBatch = 2, MaxLength = 70;
            int features = heads * headFeatures;
            using CompiledGraph compiled = CompiledGraph.Compile(AttentionNetwork(heads, features, MaxLength), new CompileOptions { InstructionSet = set, MaxBatch = MaxBatch });
            using RunBuffers buffers = compiled.CreateBuffers();
            foreach ((int batch, int length) in new[] { (1, 1), (2, 3), (1, 31), (2, 33), (1, MaxLength) })
            {
                float[][] values = [.. new[] { "q", "k", "v" }.Select(name =>
                {
                    float[] numbers = _random.Floats(batch * length * features, -2, 2);
                    numbers.CopyTo(buffers.Floats(name));
                    return numbers;
                })];
                long[] mask = [.. Enumerable.Range(0, batch * length).Select(i => (long)(i % length == 0 ? 1 : _random.Next(3) / 2))];
                if (length == 3) mask.AsSpan(3).Clear();
                mask.CopyTo(buffers.Indices("mask"));
                compiled.Run(buffers, batch, length, cancel: TestContext.Current.CancellationToken);
                double[] expected = Attention(values[0], values[1], values[2], mask, batch, length, heads, headFeatures);
                for (int i = 0; i < expected.Length; i++) AssertClose(expected[i], buffers.Results("op")[i], 1e-5, $"{heads} heads of {headFeatures}, {batch}x{length}, element {i}");
            }
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Attention_and_norms_do_not_depend_on_the_batch_or_the_threads(InstructionSet set)
    {
        const int Length = 100, Features = 32;
        float[][] sample = [.. Enumerable.Range(0, 3).Select(_ => _random.Floats(Length * Features, -2, 2))];
        long[] mask = [.. Enumerable.Range(0, Length).Select(i => i < 80 ? 1L : 0)];
        float[] one = Run(1, 1), three = Run(3, 3);
        for (int i = 0; i < 3; i++) Assert.True(one.AsSpan().SequenceEqual(three.AsSpan(i * Length * Features, Length * Features)));

        float[] Run(int batch, int threads)
        {
            using CompiledGraph compiled = CompiledGraph.Compile(
                AttentionNetwork(2, Features, Length), new CompileOptions { InstructionSet = set, MaxBatch = batch, Threads = threads });
            using RunBuffers buffers = compiled.CreateBuffers();
            for (int i = 0; i < batch; i++)
            {
                foreach ((int index, string name) in new[] { "q", "k", "v" }.Index()) sample[index].CopyTo(buffers.Floats(name)[(i * Length * Features)..]);
                mask.CopyTo(buffers.Indices("mask")[(i * Length)..]);
            }
            compiled.Run(buffers, batch, Length, cancel: TestContext.Current.CancellationToken);
            return buffers.Results("op")[..(batch * Length * Features)].ToArray();
        }
    }

    [Fact]
    public void A_step_of_each_sample_is_selected()
    {
        const int Features = 3, MaxLength = 4;
        foreach (int step in new[] { 0, 1, -1 })
        {
            Node select = new SelectStep { Name = "op", Inputs = ["x"], Step = step };
            var graph = new Graph([new("x", [MaxLength, Features]) { IsSequence = true }], [select], "op", new Dictionary<string, Tensor>(), [""]);
            using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { MaxBatch = 2 });
            using RunBuffers buffers = compiled.CreateBuffers();
            float[] x = _random.Floats(2 * 3 * Features);
            x.CopyTo(buffers.Floats("x"));
            compiled.Run(buffers, 2, 3, cancel: TestContext.Current.CancellationToken);
            int taken = step < 0 ? 3 + step : step;
            Assert.Equal([.. x[(taken * Features)..((taken + 1) * Features)], .. x[((3 + taken) * Features)..((4 + taken) * Features)]], buffers.Results("op")[..(2 * Features)].ToArray());
            if (step == 1)
                Assert.Contains("length of 1", Assert.Throws<ArgumentException>(() => compiled.Run(buffers, 1, 1, cancel: TestContext.Current.CancellationToken)).Message);
        }
    }

    [Fact]
    public void Shapes_that_do_not_fit_are_errors_that_name_the_node()
    {
        TensorType x = TensorType.Float([1, 4, 6]);
        Attention Heads(int heads) => new() { Name = "attend", Heads = heads, Inputs = ["q", "k", "v", "mask"] };
        TensorType mask = new(ElementType.Int64, [1, 4]);
        Assert.Equal(x, Heads(3).InferType([x, x, x, mask]));
        Assert.Contains("6 features cannot be cut into 4 heads", Assert.Throws<GraphException>(() => Heads(4).InferType([x, x, x, mask])).Message);
        Assert.Contains("'mask'", Assert.Throws<GraphException>(() => Heads(3).InferType([x, x, x, x])).Message);
        Assert.Contains("'k'", Assert.Throws<GraphException>(() => Heads(3).InferType([x, TensorType.Float([1, 4, 5]), x, mask])).Message);
        var norm = new LayerNorm { Name = "norm", Inputs = ["x", "weight", "bias"] };
        Assert.Contains("'bias'", Assert.Throws<GraphException>(() => norm.InferType([x, TensorType.Float([6]), TensorType.Float([5])])).Message);
        Assert.Contains("no step 4", Assert.Throws<GraphException>(() => new SelectStep { Name = "s", Step = 4, Inputs = ["x"] }.InferType([x])).Message);
    }

    private static Graph AttentionNetwork(int heads, int features, int length)
    {
        GraphInput[] inputs = [.. new[] { "q", "k", "v" }.Select(name => new GraphInput(name, [length, features]) { IsSequence = true })];
        GraphInput mask = new("mask", [length], ElementType.Int64) { IsSequence = true };
        return new Graph([.. inputs, mask], [new Attention { Name = "op", Heads = heads, Inputs = ["q", "k", "v", "mask"] }], "op", new Dictionary<string, Tensor>(), [""]);
    }

    private static double[] Attention(float[] q, float[] k, float[] v, long[] mask, int batch, int length, int heads, int headFeatures)
    {
        int features = heads * headFeatures;
        var result = new double[q.Length];
        for (int sample = 0; sample < batch; sample++)
            for (int head = 0; head < heads; head++)
                for (int query = 0; query < length; query++)
                {
                    var scores = new double[length];
                    for (int key = 0; key < length; key++)
                    {
                        for (int i = 0; i < headFeatures; i++) scores[key] += (double)q[At(query, i)] * k[At(key, i)] / Math.Sqrt(headFeatures);
                        if (mask[sample * length + key] == 0) scores[key] = (float)scores[key] + float.MinValue;
                    }
                    double[] shares = Softmax(scores);
                    for (int i = 0; i < headFeatures; i++)
                        for (int key = 0; key < length; key++)
                            result[At(query, i)] += shares[key] * v[At(key, i)];

                    int At(int step, int feature) => (sample * length + step) * features + head * headFeatures + feature;
                }
        return result;
    }

    private static double[] Softmax(double[] values)
    {
        double highest = values.Max(), sum = values.Sum(v => Math.Exp(v - highest));
        return [.. values.Select(v => Math.Exp(v - highest) / sum)];
    }

    /// <summary>The integral of the density from -12 to x, by Simpson's rule.</summary>
    private static double NormalShareBelow(double x)
    {
        if (double.IsNaN(x)) return x;
        if (Math.Abs(x) > 12) return x < 0 ? 0 : 1;
        const int Parts = 2000;
        double step = (x + 12) / Parts, sum = 0;
        for (int i = 0; i <= Parts; i++)
        {
            double at = -12 + i * step;
            sum += Math.Exp(-at * at / 2) * (i is 0 or Parts ? 1 : i % 2 == 1 ? 4 : 2);
        }
        return sum * step / 3 / Math.Sqrt(2 * Math.PI);
    }

    private static void AssertClose(double expected, float actual, double tolerance, string what) => Assert.True(
        double.IsNaN(expected) ? float.IsNaN(actual) : Math.Abs(expected - actual) <= tolerance * (1 + Math.Abs(expected)), $"{what}: {expected}, not {actual}");
}
