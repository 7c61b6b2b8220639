using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>Float operators against their definitions, with each number of channels that vectors split differently.</summary>
public sealed class FloatOperatorTests
{
    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Sums_and_relus_keep_NaN_as_PyTorch_does(InstructionSet set)
    {
        for (int length = 1; length <= 40; length++)
        {
            var random = new Random(length);
            float[] input = random.Floats(length, -8, 8);
            if (length > 3) (input[1], input[2], input[3]) = (float.NaN, float.PositiveInfinity, float.NegativeInfinity);
            foreach (float maximum in new[] { float.PositiveInfinity, 6 })
            {
                var builder = new GraphBuilder([length]);
                string relu = builder.Relu("r", GraphBuilder.Input, maximum);
                Graph alone = builder.Build(relu);
                Graph sum = builder.Build(builder.Relu("r2", builder.Add(new Add { Name = "s", Inputs = [GraphBuilder.Input, relu] }), maximum));
                float[] expected = [.. input.Select(x => Relu(x, maximum))];
                var options = new CompileOptions { InstructionSet = set };
                Assert.Equal(expected, Runner.Run(alone, input, options));
                Assert.Equal(input.Zip(expected, (x, y) => Relu(x + y, maximum)), Runner.Run(sum, input, options));
            }
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Batch_norms_equal_their_definition(InstructionSet set)
    {
        for (int channels = 1; channels <= 33; channels++)
        {
            var random = new Random(channels);
            float[] input = random.Floats(2 * channels * 6), gamma = random.Floats(channels), beta = random.Floats(channels);
            float[] mean = random.Floats(channels), variance = random.Floats(channels, 0.1f, 2);
            var builder = new GraphBuilder([channels, 2, 3]);
            string bn = builder.Add(new BatchNorm2d
            {
                Name = "bn", Epsilon = 1e-3f,
                Inputs = [GraphBuilder.Input, builder.Constant("g", gamma), builder.Constant("b", beta), builder.Constant("m", mean), builder.Constant("v", variance)],
            });
            double[] expected = [.. input.Select((x, i) =>
            {
                int c = i / 6 % channels;
                return (x - (double)mean[c]) / Math.Sqrt(variance[c] + 1e-3) * gamma[c] + beta[c];
            })];
            Close(expected, Runner.Run(builder.Build(bn), input, new CompileOptions { InstructionSet = set, MaxBatch = 2 }));
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Pools_equal_their_definition(InstructionSet set)
    {
        for (int channels = 1; channels <= 17; channels++)
        {
            var random = new Random(channels);
            const int Height = 6, Width = 7;
            float[] input = random.Floats(channels * Height * Width);
            var window = new Window2(new Size2(3, 2), new Size2(2, 1), 1);
            Size2 size = window.Output(Height, Width);
            var (max, mean, inside) = (new List<double>(), new List<double>(), new List<double>());
            for (int c = 0; c < channels; c++)
                for (int row = 0; row < size.Height; row++)
                    for (int column = 0; column < size.Width; column++)
                    {
                        double[] taps = [.. from y in Enumerable.Range(row * 2 - 1, 3) from x in Enumerable.Range(column - 1, 2)
                                            where y is >= 0 and < Height && x is >= 0 and < Width select (double)input[(c * Height + y) * Width + x]];
                        max.Add(taps.Max());
                        mean.Add(taps.Sum() / (Math.Min(row * 2 + 2, Height + 1) - (row * 2 - 1)) / 2);
                        inside.Add(taps.Average());
                    }
            double[] all = [.. input.Chunk(Height * Width).Select(plane => plane.Average(x => (double)x))];
            foreach ((Node node, IEnumerable<double> expected) in new (Node, IEnumerable<double>)[]
            {
                (new MaxPool2d { Name = "p", Inputs = [GraphBuilder.Input], Window = window }, max),
                (new AvgPool2d { Name = "p", Inputs = [GraphBuilder.Input], Window = window }, mean),
                (new AvgPool2d { Name = "p", Inputs = [GraphBuilder.Input], Window = window, CountIncludePad = false }, inside),
                (new AdaptiveAvgPool2d { Name = "p", Inputs = [GraphBuilder.Input] }, all),
            })
            {
                var builder = new GraphBuilder([channels, Height, Width]);
                Close([.. expected], Runner.Run(builder.Build(builder.Add(node)), input, new CompileOptions { InstructionSet = set }));
            }
        }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Pad_slice_concat_and_flatten_move_floats_where_they_belong(InstructionSet set)
    {
        float[] input = [.. Enumerable.Range(1, 2 * 3 * 2 * 2).Select(i => (float)i)];
        float[] Run(Func<GraphBuilder, string> build)
        {
            var builder = new GraphBuilder([3, 2, 2]);
            return Runner.Run(builder.Build(build(builder)), input, new CompileOptions { InstructionSet = set, MaxBatch = 2 });
        }
        Assert.Equal(input, Run(b => b.Add(new Flatten { Name = "f", Inputs = [GraphBuilder.Input] })));
        Assert.Equal([1, 2, 3, 4, 9, 10, 11, 12, 13, 14, 15, 16, 21, 22, 23, 24], Run(b => b.Add(new Slice { Name = "s", Inputs = [GraphBuilder.Input], Dimension = 1, Step = 2 })));
        Assert.Equal([2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24], Run(b => b.Add(new Slice { Name = "s", Inputs = [GraphBuilder.Input], Dimension = 3, Start = 1 })));
        float[] padded = Run(b => b.Add(new Pad { Name = "p", Inputs = [GraphBuilder.Input], Before = [0, 1, 0, 1], After = [0, 0, 1, 0] }));
        // One plane of zeros before, a column to the left, a row below.
        Assert.Equal([.. new float[9], 0, 1, 2, 0, 3, 4, 0, 0, 0, 0, 5, 6, 0, 7, 8, 0, 0, 0, 0, 9, 10, 0, 11, 12, 0, 0, 0], padded[..36]);
        string Cat(GraphBuilder b, int dimension) => b.Add(new Concat { Name = "c", Inputs = [GraphBuilder.Input, GraphBuilder.Input], Dimension = dimension });
        Assert.Equal([.. input[..12], .. input[..12], .. input[12..], .. input[12..]], Run(b => Cat(b, 1)));
        Assert.Equal(input.Chunk(4).SelectMany(plane => plane.Concat(plane)), Run(b => Cat(b, 2)));
        Assert.Equal(input.Chunk(2).SelectMany(row => row.Concat(row)), Run(b => Cat(b, 3)));
    }

    [Fact]
    public void A_join_along_the_batch_is_a_fault_of_its_node()
    {
        var builder = new GraphBuilder([3]);
        string cat = builder.Add(new Concat { Name = "c", Inputs = [GraphBuilder.Input, GraphBuilder.Input], Dimension = 0 });
        Assert.Contains("batch", Assert.Throws<GraphException>(() => CompiledGraph.Compile(builder.Build(cat), new CompileOptions())).Message);
    }

    private static float Relu(float x, float maximum) => float.IsNaN(x) ? x : Math.Min(Math.Max(x, 0), maximum);

    private static void Close(double[] expected, float[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < actual.Length; i++) Assert.True(Math.Abs(expected[i] - actual[i]) < 1e-5 * (1 + Math.Abs(expected[i])), $"{i}: {expected[i]} is {actual[i]}");
    }
}
