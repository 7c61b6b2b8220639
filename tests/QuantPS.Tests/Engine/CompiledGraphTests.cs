using System.Diagnostics;
using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class CompiledGraphTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void A_run_allocates_nothing_on_the_managed_heap(int threads)
    {
        foreach (Graph graph in (Graph[])[.. Networks(), Dynamic(), Gated(quantized: true), Gated(quantized: false)])
            foreach (InstructionSet set in InstructionSets.Available)
            {
                using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions
                {
                    Threads = threads, MaxBatch = 2, InstructionSet = set, InputShape = graph.Inputs[0].Shape.Rank == 3 ? [3, 48, 40] : null,
                });
                (float[] input, float[] output) = (new float[2 * compiled.InputShape.ElementCount], new float[2 * compiled.OutputShape.ElementCount]);
                CancellationToken cancel = TestContext.Current.CancellationToken;
                Assert.Equal(0, Allocation.BytesOf(() =>
                {
                    for (int i = 0; i < 20; i++) compiled.Run(input, 2, output, cancel: cancel);
                }));
            }
    }

    [Fact]
    public void A_profile_times_each_step_and_gives_what_a_run_gives()
    {
        using CompiledGraph compiled = CompiledGraph.Compile(Network(quantized: true), new CompileOptions { Threads = 2 });
        float[] input = new Random(1).Floats(3 * 16 * 16, -2, 2), expected = new float[10], output = new float[10];
        compiled.Run(input, 1, expected, cancel: TestContext.Current.CancellationToken);
        var ticks = new long[compiled.Steps.Count];
        Array.Fill(ticks, -1);
        long before = Stopwatch.GetTimestamp();
        compiled.Profile(input, 1, output, ticks);
        Assert.InRange(ticks.Sum(), 1, Stopwatch.GetTimestamp() - before);
        Assert.DoesNotContain(ticks, time => time < 0);
        Assert.Equal(expected, output);
        Assert.Contains($"of 1 steps, and there are {ticks.Length}", Assert.Throws<ArgumentException>(() => compiled.Profile(input, 1, output, new long[1])).Message);
    }

    [Fact]
    public void Each_sample_of_a_batch_gets_what_it_gets_alone_whatever_the_batch_and_the_threads()
    {
        const int MaxBatch = 64, Sample = 3 * 16 * 16;
        float[] input = new Random(1).Floats(MaxBatch * Sample, -2, 2), together = new float[MaxBatch * 10], alone = new float[MaxBatch * 10];
        foreach (Graph graph in Networks())
            foreach (InstructionSet set in InstructionSets.Available)
            {
                using (CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { InstructionSet = set }))
                    for (int n = 0; n < MaxBatch; n++)
                        compiled.Run(input.AsSpan(n * Sample, Sample), 1, alone.AsSpan(n * 10, 10), cancel: TestContext.Current.CancellationToken);
                foreach (int threads in new[] { 1, 2, 3 })
                {
                    using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { InstructionSet = set, MaxBatch = MaxBatch, Threads = threads });
                    foreach (int batch in new[] { 1, 2, 5, 33, MaxBatch })
                    {
                        Array.Fill(together, float.NaN);
                        compiled.Run(input.AsSpan(0, batch * Sample), batch, together.AsSpan(0, batch * 10), cancel: TestContext.Current.CancellationToken);
                        Assert.True(alone.AsSpan(0, batch * 10).SequenceEqual(together.AsSpan(0, batch * 10)), $"{set}, {threads} threads, batch {batch}");
                    }
                }
            }
    }

    [Fact]
    public void The_input_may_have_another_shape_than_the_graph_says()
    {
        using CompiledGraph compiled = CompiledGraph.Compile(Network(quantized: false), new CompileOptions { InputShape = [3, 24, 20] });
        Assert.Equal("3x24x20", compiled.InputShape.ToString());
        compiled.Run(new float[3 * 24 * 20], 1, new float[10], cancel: TestContext.Current.CancellationToken);
        Assert.Throws<GraphException>(() => CompiledGraph.Compile(Network(quantized: false), new CompileOptions { InputShape = [4, 24, 20] }));
    }

    [Fact]
    public void Lengths_and_batches_that_do_not_fit_are_errors_that_say_what_does()
    {
        using CompiledGraph compiled = CompiledGraph.Compile(Network(quantized: false), new CompileOptions { MaxBatch = 2 });
        CancellationToken cancel = TestContext.Current.CancellationToken;
        Assert.Contains("1 to 2", Assert.Throws<ArgumentException>(() => compiled.Run(new float[3 * 768], 3, new float[30], cancel: cancel)).Message);
        Assert.Contains("1 to 2", Assert.Throws<ArgumentException>(() => compiled.Run([], 0, [], cancel: cancel)).Message);
        Assert.Contains("767 floats, and 1 of 3x16x16 are 768", Assert.Throws<ArgumentException>(() => compiled.Run(new float[767], 1, new float[10], cancel: cancel)).Message);
        Assert.Contains("11 floats, and 1 of 10 are 10", Assert.Throws<ArgumentException>(() => compiled.Run(new float[768], 1, new float[11], cancel: cancel)).Message);
    }

    [Fact]
    public void Options_out_of_range_and_taps_of_unknown_values_are_errors()
    {
        Graph graph = Network(quantized: false);
        Assert.Throws<ArgumentOutOfRangeException>(() => CompiledGraph.Compile(graph, new CompileOptions { MaxBatch = 0 }));
        Assert.Throws<ArgumentOutOfRangeException>(() => CompiledGraph.Compile(graph, new CompileOptions { Threads = 0 }));
        Assert.Contains("'nothing'", Assert.Throws<ArgumentException>(() => CompiledGraph.Compile(graph, new CompileOptions { Taps = new HashSet<string> { "nothing" } })).Message);
    }

    [Fact]
    public void A_cancelled_run_stops_between_steps_and_the_next_one_is_whole()
    {
        Graph graph = Network(quantized: true);
        using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { Threads = 2 });
        float[] input = new Random(1).Floats(768), expected = new float[10], output = new float[10];
        compiled.Run(input, 1, expected, cancel: TestContext.Current.CancellationToken);

        using var source = new CancellationTokenSource();
        int seen = 0;
        Assert.Throws<OperationCanceledException>(() => compiled.Run(input, 1, output, (in TappedValue _) =>
        {
            if (++seen == 2) source.Cancel();
        }, source.Token));
        Assert.Equal(2, seen);
        compiled.Run(input, 1, output, cancel: TestContext.Current.CancellationToken);
        Assert.Equal(expected, output);
    }

    [Fact]
    public void A_run_within_a_run_and_a_run_after_dispose_are_errors()
    {
        CompiledGraph compiled = CompiledGraph.Compile(Network(quantized: false), new CompileOptions());
        float[] input = new float[768], output = new float[10];
        CancellationToken cancel = TestContext.Current.CancellationToken;
        compiled.Run(input, 1, output, (in TappedValue _) =>
        {
            Assert.Throws<InvalidOperationException>(() => compiled.Run(input, 1, output, cancel: cancel));
            Assert.Throws<InvalidOperationException>(compiled.Dispose);
        }, cancel);
        compiled.Dispose();
        compiled.Dispose();
        Assert.Throws<ObjectDisposedException>(() => compiled.Run(input, 1, output, cancel: cancel));
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void A_run_writes_its_result_and_nothing_around_it(InstructionSet set)
    {
        const float untouched = 12345;
        const int margin = 64;
        for (int outputs = 1; outputs <= 40; outputs++)
            foreach (bool dynamic in (bool[])[false, true])
            {
                using CompiledGraph compiled = CompiledGraph.Compile(Layer(outputs, dynamic), new CompileOptions { MaxBatch = 5, InstructionSet = set });
                float[] input = new Random(outputs).Floats(5 * 12);
                for (int batch = 1; batch <= 5; batch++)
                {
                    var output = new float[margin + batch * outputs + margin];
                    Array.Fill(output, untouched);
                    compiled.Run(input.AsSpan(0, batch * 12), batch, output.AsSpan(margin, batch * outputs), cancel: TestContext.Current.CancellationToken);
                    Assert.All(output[..margin].Concat(output[^margin..]), value => Assert.Equal(untouched, value));
                    Assert.DoesNotContain(untouched, output[margin..^margin]);
                }
            }
    }

    private static IEnumerable<Graph> Networks() => [Network(quantized: true), Network(quantized: false)];

    /// <summary>A layer whose kernel, or that behind it, writes where the caller wants the result.</summary>
    private static Graph Layer(int outputs, bool dynamic)
    {
        var builder = new GraphBuilder([12]);
        var scale = QuantParams.PerTensor(0.05, 120);
        string codes = dynamic ? builder.Dequantize(builder.Add(new DynamicQuantize { Name = "q", Inputs = [GraphBuilder.Input], ReduceRange = true }))
            : builder.Requantized(GraphBuilder.Input, scale);
        string weight = builder.Weight("w", new Random(1).SignedBytes(outputs * 12), [outputs, 12], QuantParams.PerTensor(0.01, 0));
        string y = builder.Linear("y", codes, weight, builder.Constant("b", new float[outputs]));
        return builder.Build(dynamic ? y : builder.Requantized(y, scale));
    }

    private static Graph Dynamic()
    {
        var builder = new GraphBuilder([256]);
        string codes = builder.Dequantize(builder.Add(new DynamicQuantize { Name = "q", Inputs = [GraphBuilder.Input], ReduceRange = false }));
        string weight = builder.Weight("w", new Random(1).SignedBytes(700 * 256), [700, 256], QuantParams.PerTensor(0.01, 0));
        return builder.Build(builder.Linear("y", codes, weight, null));
    }

    /// <summary>What ShuffleNet, MobileNet v3 and GoogLeNet have that the other networks do not.</summary>
    private static Graph Gated(bool quantized)
    {
        var builder = new GraphBuilder([3, 16, 16]);
        var parameters = QuantParams.PerTensor(0.03, 100);
        string Q(string value) => quantized ? builder.Requantized(value, parameters) : value;
        string x = Q(builder.Add(new TransformInput { Name = "transform", Inputs = [GraphBuilder.Input], Scale = [1, 2, 3], Shift = [3, 2, 1] }));
        string swish = builder.Add(new Hardswish { Name = "swish", Inputs = [x] });
        if (quantized) swish = builder.Requantized(swish, QuantParams.PerTensor(0.02, 90));
        string cat = Q(builder.Add(new Concat { Name = "cat", Inputs = [x, swish] }));
        string shuffled = Q(builder.Add(new ChannelShuffle { Name = "shuffled", Inputs = [cat], Groups = 2 }));
        string half = Q(builder.Add(new Slice { Name = "half", Inputs = [shuffled], Dimension = 1, End = 4 }));
        string mean = Q(builder.Add(new Mean { Name = "mean", Inputs = [half], KeepDimensions = true }));
        string gate = builder.Add(new Hardsigmoid { Name = "gate", Inputs = [mean] });
        if (quantized) gate = builder.Requantized(gate, QuantParams.PerTensor(1 / 256.0, 0));
        return builder.Build(Q(builder.Add(new Multiply { Name = "gated", Inputs = [gate, half] })));
    }

    /// <summary>Each kind of kernel that networks use, quantized or in float.</summary>
    private static Graph Network(bool quantized)
    {
        var builder = new GraphBuilder([3, 16, 16]);
        var random = new Random(6);
        var scale = QuantParams.PerTensor(0.05, 120);
        string Q(string value) => quantized ? builder.Requantized(value, scale) : value;
        string W(string name, Shape shape) => quantized
            ? builder.Weight(name, random.SignedBytes(shape.ElementCount), shape, QuantParams.PerTensor(0.004, 0))
            : builder.Constant(name, random.Floats(shape.ElementCount, -0.3f, 0.3f), shape);
        string x = Q(GraphBuilder.Input);
        string c = Q(builder.Relu("r", builder.Conv2d("c", x, W("w1", [20, 3, 3, 3]), builder.Constant("b1", random.Floats(20)), new(3, 2, 1))));
        string d = Q(builder.Conv2d("d", c, W("w2", [20, 1, 3, 3]), null, new(3, 1, 1), groups: 20));
        string p = Q(builder.Conv2d("p", d, W("w3", [20, 20, 1, 1]), null, new(1, 1, 0)));
        string sum = Q(builder.Relu("sr", builder.Add(new Add { Name = "sum", Inputs = [c, p] })));
        string norm = Q(builder.Add(new BatchNorm2d
        {
            Name = "bn",
            Inputs = [sum, .. new[] { "g", "be", "m", "v" }.Select(name => builder.Constant(name, random.Floats(20, 0.5f, 1.5f)))],
        }));
        string max = Q(builder.Add(new MaxPool2d { Name = "max", Inputs = [norm], Window = new(3, 2, 1) }));
        string cat = Q(builder.Add(new Concat { Name = "cat", Inputs = [max, max] }));
        string avg = Q(builder.Add(new AvgPool2d { Name = "avg", Inputs = [cat], Window = new(2, 1, 0) }));
        string pool = Q(builder.Add(new AdaptiveAvgPool2d { Name = "pool", Inputs = [avg] }));
        string flat = Q(builder.Add(new Flatten { Name = "flat", Inputs = [pool] }));
        return builder.Build(Q(builder.Linear("fc", flat, W("w4", [10, 40]), builder.Constant("b4", random.Floats(10)))));
    }
}
