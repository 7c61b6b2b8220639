using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

public sealed class LoweringTests
{
    private static readonly QuantParams Scale = QuantParams.PerTensor(0.05, 100);

    [Fact]
    public void The_steps_say_what_runs_where_and_for_which_nodes()
    {
        var builder = new GraphBuilder([2, 6, 6]);
        string x = builder.Requantized(GraphBuilder.Input, Scale);
        string relu = builder.Relu("features.0.2", builder.Conv2d("features.0.0", x, Weight(builder, "w", [4, 2, 3, 3]), null, new(3, 1, 1)));
        string flat = builder.Add(new Flatten { Name = "flat", Inputs = [builder.Requantized(relu, Scale)] });
        string y = builder.Linear("fc", builder.Requantized(flat, Scale), builder.Constant("fc.weight", new float[144 * 3], [3, 144]), null);
        using CompiledGraph compiled = CompiledGraph.Compile(builder.Build(y), new CompileOptions { InstructionSet = InstructionSet.Scalar });

        Assert.Equal(
        [
            "x.quantize: input int8 scalar -> 1x2x6x6",
            "features.0.2.quantize: conv2d int8 scalar -> 1x4x6x6",
            "flat.quantize: transpose int8 scalar -> 1x144",
            "flat.quantize.dequantize: dequantize int8 scalar -> 1x144",
            "fc: linear float32 scalar -> 1x3",
            "(output): output float32 scalar -> 1x3",
        ], compiled.Steps.Select(step => step.ToString()));
        Assert.Equal(["features.0.0", "features.0.2", "features.0.2.quantize"], compiled.Steps[1].Nodes);
        Assert.Equal("features.0.0", compiled.Steps[1].Module);
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void The_choice_of_kernels_depends_on_the_graph_alone(InstructionSet set)
    {
        Graph graph = Mixed();
        IEnumerable<string> Plan(CompileOptions options)
        {
            using CompiledGraph compiled = CompiledGraph.Compile(graph, options);
            return [.. compiled.Steps.Select(step => $"{step.Value} {step.Precision} {string.Join(' ', step.Nodes)}")];
        }
        Assert.Equal(Plan(new() { InstructionSet = InstructionSet.Scalar }), Plan(new() { InstructionSet = set, Threads = 3, MaxBatch = 4 }));
    }

    [Fact]
    public void A_float_value_that_another_node_takes_too_is_computed_for_it()
    {
        var builder = new GraphBuilder([2, 5, 5]);
        string x = builder.Requantized(GraphBuilder.Input, Scale);
        string conv = builder.Conv2d("c", x, Weight(builder, "w", [3, 2, 1, 1]), null, new(1, 1, 0));
        string codes = builder.Requantized(conv, Scale);
        // The float convolution goes into the sum beside its own quantized value.
        Graph graph = builder.Build(builder.Add(new Add { Name = "sum", Inputs = [conv, codes] }));
        using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions());
        Assert.Equal(["float32", "int8"], compiled.Steps.Where(step => step.Kernel == "conv2d").Select(step => step.Precision).Order());

        float[] input = new Random(1).Floats(50);
        float[] floats = Runner.Run(graph.With(output: "c"), input, new CompileOptions());
        Assert.Equal(floats.Select(value => value + QuantizedReference.Dequantize(QuantizedReference.Quantize(value, Scale), Scale)),
            Runner.Run(graph, input, new CompileOptions()), (a, b) => Math.Abs(a - b) < 0.0501);
    }

    [Fact]
    public void A_tapped_value_inside_a_pattern_is_computed_and_changes_no_other()
    {
        Graph graph = Mixed();
        float[] input = new Random(2).Floats(2 * 36);
        float[] plain = Runner.Run(graph, input, new CompileOptions());
        var seen = new List<string>();
        float[] tapped = Runner.Run(graph, input, new CompileOptions { Taps = new HashSet<string> { "c1", "x", "drop" } }, (in TappedValue value) => seen.Add($"{value.Name} {value.Element} {value.Shape}"));
        Assert.Equal(plain, tapped);
        Assert.Equal(["x Float32 1x2x6x6", "c1 Float32 1x4x6x6", "drop Float32 1x4x6x6"], seen);
    }

    [Fact]
    public void Without_names_a_tap_sees_all_that_is_computed()
    {
        Graph graph = Mixed();
        var seen = new List<string>();
        Runner.Run(graph, new float[72], new CompileOptions(), (in TappedValue value) => seen.Add(value.Name));
        Assert.Equal(
            ["x.quantize", "x.quantize.dequantize", "r1.quantize", "drop.quantize", "c2", "c2.quantize", "cat.quantize", "pool.quantize", "pool.quantize.dequantize"],
            seen);
    }

    [Fact]
    public void Tapped_values_come_in_the_order_of_PyTorch_whatever_their_layout()
    {
        var builder = new GraphBuilder([3, 2, 2]);
        Graph graph = builder.Build(builder.Dequantize(builder.Quantize(builder.Relu("r", GraphBuilder.Input), QuantParams.PerTensor(1, 0))));
        float[] input = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        Runner.Run(graph, input, new CompileOptions { MaxBatch = 2, Taps = new HashSet<string> { "x", "r.quantize" } }, (in TappedValue value) =>
        {
            Assert.True(value.ChannelsLast);
            Assert.Equal("2x3x2x2", value.Shape.ToString());
            Assert.Equal(input, value.ToFloats());
            Assert.Equal(value.Name == "x" ? 0 : 24, value.ToCodes().Length);
            Assert.Equal(value.Name == "x" ? 24 : 0, value.Floats.Length);
        });
    }

    [Fact]
    public void A_scale_that_is_chosen_as_it_runs_is_shown_with_its_codes()
    {
        var builder = new GraphBuilder([4]);
        string codes = builder.Add(new DynamicQuantize { Name = "q", Inputs = [GraphBuilder.Input], ReduceRange = false });
        var seen = new List<string>();
        Runner.Run(builder.Build(builder.Dequantize(codes)), [0, 1, 2, 2.55f], new CompileOptions { Taps = new HashSet<string> { "q" } },
            (in TappedValue value) => seen.Add($"{value.Quantization} {string.Join(' ', value.ToCodes())}"));
        Assert.Equal(["scale 0.01, zero point 0 0 100 200 255"], seen);
    }

    [Fact]
    public void A_value_without_elements_is_a_fault_of_its_node()
    {
        var builder = new GraphBuilder([2, 3]);
        Graph graph = builder.Build(builder.Relu("r", GraphBuilder.Input));
        Assert.Contains("no elements", Assert.Throws<GraphException>(() => CompiledGraph.Compile(graph, new CompileOptions { InputShape = [2, 0] })).Message);
    }

    [Fact]
    public void Linear_layers_see_the_last_dimension_of_any_rank()
    {
        foreach (Shape shape in new Shape[] { [4], [3, 4], [2, 3, 4] })
            foreach (bool quantized in new[] { false, true })
            {
                var builder = new GraphBuilder(shape);
                float[] weight = [1, 2, 3, 4, -1, 0, 1, 0];
                string w = quantized ? builder.Weight("w", [1, 2, 3, 4, -1, 0, 1, 0], [2, 4], QuantParams.PerTensor(1, 0)) : builder.Constant("w", weight, [2, 4]);
                string x = quantized ? builder.Requantized(GraphBuilder.Input, QuantParams.PerTensor(1, 10)) : GraphBuilder.Input;
                string y = builder.Linear("y", x, w, null);
                if (quantized) y = builder.Requantized(y, QuantParams.PerTensor(1, 128));
                float[] input = [.. Enumerable.Range(0, (int)shape.ElementCount * 2).Select(i => (float)(i * 7 % 11 - 5))];
                float[] expected = [.. input.Chunk(4).SelectMany(row => new[] { row[0] + 2 * row[1] + 3 * row[2] + 4 * row[3], row[2] - row[0] })];
                Assert.Equal(expected, Runner.Run(builder.Build(y), input, new CompileOptions { MaxBatch = 2 }));
            }
    }

    [Fact]
    public void Constants_are_values_like_any_other()
    {
        var builder = new GraphBuilder([2, 1, 2]);
        string constant = builder.Weight("k", [1, 2, 3, 4], [1, 2, 1, 2], QuantParams.PerTensor(0.5, 0));
        Graph graph = builder.Build(builder.Add(new Add { Name = "sum", Inputs = [GraphBuilder.Input, constant] }));
        Assert.Equal([10.5f, 21, 31.5f, 42], Runner.Run(graph, [10, 20, 30, 40], new CompileOptions()));
    }

    [Fact]
    public void A_quantized_output_comes_out_as_floats()
    {
        var builder = new GraphBuilder([3]);
        Assert.Equal([1, -1, 0.5f], Runner.Run(builder.Build(builder.Quantize(GraphBuilder.Input, QuantParams.PerTensor(0.5, 7))), [1.1f, -0.9f, 0.3f], new CompileOptions()));
    }

    [Fact]
    public void A_weight_that_is_computed_is_a_fault_of_its_node()
    {
        var builder = new GraphBuilder([4]);
        string weight = builder.Relu("w", builder.Constant("w0", new float[16], [4, 4]));
        var fault = Assert.Throws<GraphException>(() => CompiledGraph.Compile(builder.Build(builder.Linear("y", GraphBuilder.Input, weight, null)), new CompileOptions()));
        Assert.Equal("y", fault.Node);
        Assert.Contains("'w'", fault.Message);
    }

    private static string Weight(GraphBuilder builder, string name, Shape shape) =>
        builder.Weight(name, new Random(shape.Rank).SignedBytes(shape.ElementCount), shape, QuantParams.PerTensor(0.01, 0));

    /// <summary>Quantized and float operators: c2 is in float, since its weight is.</summary>
    private static Graph Mixed()
    {
        var builder = new GraphBuilder([2, 6, 6]);
        string x = builder.Requantized(GraphBuilder.Input, Scale);
        string r1 = builder.Requantized(builder.Relu("r1", builder.Conv2d("c1", x, Weight(builder, "w1", [4, 2, 3, 3]), null, new(3, 1, 1))), Scale);
        string drop = builder.Requantized(builder.Add(new Dropout { Name = "drop", Inputs = [r1] }), Scale);
        string c2 = builder.Requantized(builder.Conv2d("c2", x, builder.Constant("w2", new Random(5).Floats(72), [4, 2, 3, 3]), null, new(3, 1, 1)), Scale);
        string cat = builder.Requantized(builder.Add(new Concat { Name = "cat", Inputs = [drop, c2] }), Scale);
        return builder.Build(builder.Requantized(builder.Add(new MaxPool2d { Name = "pool", Inputs = [cat], Window = new(2, 2, 0) }), Scale));
    }
}
