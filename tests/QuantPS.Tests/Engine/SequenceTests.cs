using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class SequenceTests
{
    private const int Features = 7, Outputs = 5, MaxLength = 6, MaxBatch = 3;

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void A_run_takes_sequences_of_any_length_up_to_the_largest(InstructionSet set)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(Network(dynamic: true), Options(set));
        using RunBuffers buffers = compiled.CreateBuffers();
        for (int batch = 1; batch <= MaxBatch; batch++)
            for (int length = 1; length <= MaxLength; length++)
            {
                float[] input = new Random(length).Floats(batch * length * Features, -2, 2);
                input.CopyTo(buffers.Floats(GraphBuilder.Input));
                Run(compiled, buffers, batch, length);
                // The same rows as so many samples of one step.
                using CompiledGraph whole = CompiledGraph.Compile(Network(dynamic: true, length: 1), Options(set) with { MaxBatch = batch * length });
                var expected = new float[batch * length * Outputs];
                whole.Run(input, batch * length, expected, cancel: TestContext.Current.CancellationToken);
                Assert.Equal(expected, buffers.Results("relu")[..expected.Length].ToArray());
            }
    }

    [Fact]
    public void Several_outputs_are_given_by_their_names()
    {
        Graph graph = Network(dynamic: false);
        graph = new Graph(graph.Inputs, graph.Nodes, graph.Output, graph.Constants, graph.Modules, ["linear"]);
        using CompiledGraph compiled = CompiledGraph.Compile(graph, Options(null));
        using RunBuffers buffers = compiled.CreateBuffers();
        new Random(1).Floats(2 * Features, -2, 2).CopyTo(buffers.Floats(GraphBuilder.Input));
        Run(compiled, buffers, batch: 1, length: 2);
        float[] linear = buffers.Results("linear")[..(2 * Outputs)].ToArray();
        Assert.Contains(linear, value => value < 0);
        Assert.Equal(linear.Select(value => Math.Max(value, 0)), buffers.Results("relu")[..(2 * Outputs)].ToArray());
    }

    [Fact]
    public void A_tap_sees_the_steps_of_the_run()
    {
        using CompiledGraph compiled = CompiledGraph.Compile(Network(dynamic: false), Options(null));
        using RunBuffers buffers = compiled.CreateBuffers();
        Shape? seen = null;
        Run(compiled, buffers, batch: 2, length: 4, (in TappedValue value) => seen = value.Name == "relu" ? value.Shape : seen);
        Assert.Equal<int>([2, 4, Outputs], seen!.ToArray());
    }

    [Fact]
    public void A_length_or_buffers_that_do_not_fit_are_errors()
    {
        using CompiledGraph compiled = CompiledGraph.Compile(Network(dynamic: false), Options(null));
        using CompiledGraph other = CompiledGraph.Compile(Network(dynamic: false), Options(null));
        using RunBuffers buffers = compiled.CreateBuffers(), others = other.CreateBuffers();
        Assert.Contains("1 to 6 steps", Assert.Throws<ArgumentException>(() => Run(compiled, buffers, 1, MaxLength + 1)).Message);
        Assert.Throws<ArgumentException>(() => Run(compiled, buffers, 1, 0));
        Assert.Contains("another graph", Assert.Throws<ArgumentException>(() => Run(compiled, others, 1, 1)).Message);
        Assert.Contains("There are: x", Assert.Throws<ArgumentException>(() => { buffers.Indices("y"); }).Message);
    }

    private static void Run(CompiledGraph compiled, RunBuffers buffers, int batch, int length, ValueTap? tap = null) =>
        compiled.Run(buffers, batch, length, tap, TestContext.Current.CancellationToken);

    private static CompileOptions Options(InstructionSet? set) => new() { MaxBatch = MaxBatch, InstructionSet = set };

    private static Graph Network(bool dynamic, int length = MaxLength)
    {
        var random = new Random(7);
        var builder = new GraphBuilder([length, Features]);
        string x = GraphBuilder.Input;
        if (dynamic) x = builder.Dequantize(builder.Add(new DynamicQuantize { Name = "q", Inputs = [x], ReduceRange = true }));
        sbyte[] codes = [.. Enumerable.Range(0, Outputs * Features).Select(_ => (sbyte)random.Next(-128, 128))];
        string weight = builder.Weight("w", codes, [Outputs, Features], QuantParams.PerTensor(0.01, 0));
        string bias = builder.Constant("b", random.Floats(Outputs, -1, 1));
        Graph graph = builder.Build(builder.Relu("relu", builder.Linear("linear", x, weight, bias)));
        return graph.With(inputs: [graph.Inputs[0] with { IsSequence = true }]);
    }
}
