using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>Joined values, and what is written straight into them.</summary>
public sealed class ConcatTests
{
    private const int Batch = 3;

    private static readonly QuantParams Scale = QuantParams.PerTensor(0.03, 110);

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Whatever_is_written_in_place_the_result_is_that_of_its_parts(InstructionSet set)
    {
        for (int seed = 0; seed < 12; seed++)
            foreach (bool quantized in new[] { false, true })
            {
                Branches made = new(seed, quantized);
                var options = new CompileOptions { InstructionSet = set, MaxBatch = Batch, Threads = 1 + seed % 2 };
                float[] input = new Random(seed).Floats(Batch * made.Input.ElementCount, -2, 2);
                float[][] parts = [.. made.Parts.Select(part => Runner.Run(made.Graph.With(output: part), input, options))];
                float[] expected = [.. Enumerable.Range(0, Batch).SelectMany(n => parts.SelectMany(part => part.Chunk(part.Length / Batch).ElementAt(n)))];
                Assert.Equal(expected, Runner.Run(made.Graph, input, options));
            }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_cat_of_convolutions_and_pools_copies_nothing(bool quantized)
    {
        Branches made = new(1, quantized, mapped: false, shared: false);
        using CompiledGraph compiled = CompiledGraph.Compile(made.Graph, new CompileOptions());
        Assert.DoesNotContain(compiled.Steps, step => step.Kernel == "cat");
    }

    [Fact]
    public void A_value_that_somebody_else_reads_too_is_copied()
    {
        var builder = new GraphBuilder([4, 5, 5]);
        string a = builder.Add(new MaxPool2d { Name = "a", Inputs = [GraphBuilder.Input], Window = new(3, 1, 1) });
        string cat = builder.Add(new Concat { Name = "cat", Inputs = [a, a] });
        string b = builder.Add(new MaxPool2d { Name = "b", Inputs = [a], Window = new(3, 1, 1) });
        string both = builder.Add(new Concat { Name = "both", Inputs = [cat, b] });
        using CompiledGraph compiled = CompiledGraph.Compile(builder.Build(both), new CompileOptions());
        Assert.Equal(["cat", "view"], compiled.Steps.Where(step => step.Nodes.Any(node => node is "cat" or "both")).Select(step => step.Kernel));
    }

    [Fact]
    public void A_tap_sees_a_slice_as_a_whole_value()
    {
        Branches made = new(1, quantized: false, mapped: false, shared: false);
        float[] input = new Random(3).Floats(2 * made.Input.ElementCount, -2, 2);
        var options = new CompileOptions { MaxBatch = 2 };
        foreach (string part in made.Parts)
        {
            float[]? seen = null;
            Runner.Run(made.Graph, input, options with { Taps = new HashSet<string> { part } }, (in TappedValue value) => seen = value.ToFloats());
            Assert.Equal(Runner.Run(made.Graph.With(output: part), input, options), seen);
        }
    }

    /// <summary>Branches of an image as in Inception: convolutions, pools, one that is a join itself, joined along the channels.</summary>
    private sealed class Branches
    {
        private readonly Random _random;
        private readonly bool _quantized;
        private readonly GraphBuilder _builder;

        public Branches(int seed, bool quantized, bool mapped = true, bool shared = true)
        {
            (_random, _quantized) = (new Random(seed), quantized);
            int channels = _random.Next(1, 20);
            Input = [channels, _random.Next(3, 9), _random.Next(3, 9)];
            _builder = new GraphBuilder(Input);
            string x = Q(_builder.Add(new MaxPool2d { Name = "first", Inputs = [Q(GraphBuilder.Input)], Window = new(2, 1, 1) }));
            string pointwise = Q(Conv("pointwise", x, channels, _random.Next(1, 40), 1, 1));
            string depthwise = Q(Conv("depthwise", x, channels, channels, 3, channels));
            string max = Q(_builder.Add(new MaxPool2d { Name = "max", Inputs = [x], Window = new(3, 1, 1) }));
            string average = Q(_builder.Add(new AvgPool2d { Name = "average", Inputs = [x], Window = new(3, 1, 1) }));
            string inner = Q(_builder.Relu("inner", Conv("inner.conv", x, channels, _random.Next(1, 20), 3, 1)));
            string other = Q(Conv("other", x, channels, _random.Next(1, 20), 1, 1));
            string nested = Q(_builder.Add(new Concat { Name = "cat.inner", Inputs = [inner, other] }));
            List<string> parts = [pointwise, depthwise, nested, max, average];
            if (mapped && quantized) parts.Add(_builder.Requantized(Conv("mapped", x, channels, 5, 1, 1), QuantParams.PerTensor(0.05, 90)));
            if (shared) parts.Insert(2, x);
            string cat = Q(_builder.Add(new Concat { Name = "cat", Inputs = [.. parts] }));
            // Codes of another scale are compared as what they become in the join.
            Parts = [.. parts.Select(part => part.StartsWith("mapped") ? Q(part) : part)];
            Graph = _builder.Build(cat);
        }

        public Shape Input { get; }

        public Graph Graph { get; }

        public IReadOnlyList<string> Parts { get; }

        private string Q(string value) => _quantized ? _builder.Requantized(value, Scale) : value;

        private string Conv(string name, string x, int inputs, int outputs, int kernel, int groups)
        {
            Shape shape = [outputs, inputs / groups, kernel, kernel];
            string weight = _quantized
                ? _builder.Weight($"{name}.weight", _random.SignedBytes(shape.ElementCount), shape, QuantParams.PerTensor(0.002, 0))
                : _builder.Constant($"{name}.weight", _random.Floats(shape.ElementCount), shape);
            return _builder.Conv2d(name, x, weight, _builder.Constant($"{name}.bias", _random.Floats(outputs)), new(kernel, 1, kernel / 2), groups);
        }
    }
}
