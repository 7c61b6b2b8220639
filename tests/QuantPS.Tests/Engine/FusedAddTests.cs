using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class FusedAddTests
{
    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void A_convolution_with_a_sum_behind_it_gives_what_both_give_alone(InstructionSet set)
    {
        var random = new Random(5);
        foreach (int channels in new[] { 3, 8, 16, 24, 32, 40, 48, 64, 72, 100, 128 })
            foreach (QuantizationBackend backend in new[] { QuantizationBackend.Fbgemm, QuantizationBackend.X86, QuantizationBackend.Onednn })
                foreach (Window2 window in new Window2[] { new(1, 1, 0), new(3, 1, 1) })
                {
                    (Graph graph, string conv) = Block(random, channels, window, relu: random.Next(2) == 0);
                    float[] input = random.Floats(2 * channels * 5 * 7, -2, 2);
                    var options = new CompileOptions { Backend = backend, MaxBatch = 2, Threads = 1 + random.Next(2) };
                    // A value that a tap sees is computed for itself, by a kernel of its own.
                    byte[] apart = Runner.Codes(graph, input, graph.Output, options with { InstructionSet = InstructionSet.Scalar, Taps = new HashSet<string> { conv, graph.Output } });
                    byte[] together = Runner.Codes(graph, input, graph.Output, options with { InstructionSet = set, Taps = new HashSet<string> { graph.Output } });
                    Assert.True(apart.AsSpan().SequenceEqual(together), $"{channels} channels, {backend}, {window}");
                    Assert.True(apart.Distinct().Count() > 10);
                }
    }

    [Fact]
    public void A_sum_is_fused_only_where_nothing_else_takes_the_convolution()
    {
        (Graph graph, string conv) = Block(new Random(1), 8, new(1, 1, 0), relu: true);
        Assert.Equal(["conv2d", "conv2d_add"], Convolutions(graph, new CompileOptions()));
        Assert.Equal(["conv2d", "conv2d"], Convolutions(graph, new CompileOptions { Taps = new HashSet<string> { conv } }));
        Assert.Equal(["conv2d", "conv2d"], Convolutions(graph, new CompileOptions { Backend = QuantizationBackend.Qnnpack }));
    }

    [Fact]
    public void A_convolution_added_to_itself_is_not_fused()
    {
        var builder = new GraphBuilder([4, 3, 3]);
        QuantParams scale = QuantParams.PerTensor(0.05, 100);
        string codes = builder.Requantized(Conv(builder, new Random(1), "c", builder.Requantized(GraphBuilder.Input, scale), 4, new(1, 1, 0)), scale);
        Graph graph = builder.Build(builder.Quantize(builder.Add(new Add { Name = "sum", Inputs = [codes, codes] }), scale));
        Assert.Equal(["conv2d"], Convolutions(graph, new CompileOptions()));
    }

    private static IEnumerable<string> Convolutions(Graph graph, CompileOptions options)
    {
        using CompiledGraph compiled = CompiledGraph.Compile(graph, options);
        return [.. compiled.Steps.Select(step => step.Kernel).Where(kernel => kernel.StartsWith("conv2d"))];
    }

    /// <summary>x -> conv a -> conv b, and a + b: the sum takes b's codes alone.</summary>
    private static (Graph Graph, string Conv) Block(Random random, int channels, Window2 window, bool relu)
    {
        var builder = new GraphBuilder([channels, 5, 7]);
        QuantParams Scale() => QuantParams.PerTensor(0.02 + 0.05 * random.NextDouble(), random.Next(60, 200));
        string a = builder.Requantized(Conv(builder, random, "a", builder.Requantized(GraphBuilder.Input, Scale()), channels, new(1, 1, 0)), Scale());
        string b = builder.Requantized(Conv(builder, random, "b", a, channels, window), Scale());
        string sum = builder.Add(new Add { Name = "sum", Inputs = random.Next(2) == 0 ? [a, b] : [b, a] });
        Graph graph = builder.Build(builder.Quantize(relu ? builder.Relu("relu", sum, float.PositiveInfinity) : sum, Scale()));
        return (graph, b.Replace(".dequantize", ""));
    }

    private static string Conv(GraphBuilder builder, Random random, string name, string x, int channels, Window2 window)
    {
        int depth = channels * window.Kernel.Height * window.Kernel.Width;
        QuantParams scales = QuantParams.PerChannel([.. Enumerable.Range(0, channels).Select(_ => (0.5 + random.NextDouble()) / 60 / Math.Sqrt(depth))], new long[channels], 0);
        string weight = builder.Weight($"{name}.weight", random.SignedBytes(channels * depth), [channels, channels, window.Kernel.Height, window.Kernel.Width], scales);
        return builder.Conv2d(name, x, weight, builder.Constant($"{name}.bias", random.Floats(channels, -0.5f, 0.5f)), window);
    }
}
