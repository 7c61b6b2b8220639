using QuantPS.Engine;
using QuantPS.Engine.Execution;
using Xunit;

namespace QuantPS.Tests.Engine;

/// <summary>Channel shuffles alone, and with the cat before and the halves behind, which are one kernel.</summary>
public sealed class ChannelShuffleTests
{
    private const int Batch = 2, Height = 3, Width = 5, Pixels = Height * Width;

    private static readonly QuantParams First = QuantParams.PerTensor(0.02, 100), Second = QuantParams.PerTensor(0.05, 77), Joint = QuantParams.PerTensor(0.03, 120);

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Channels_of_groups_come_in_turn(InstructionSet set)
    {
        for (int length = 1; length <= 40; length++)
            foreach (int groups in new[] { 1, 2, 3, 8 })
            {
                int channels = groups * length;
                float[] input = Numbers(channels);
                float[] expected = Move(input, channels, channels, c => c % groups * length + c / groups);
                foreach (bool quantized in new[] { false, true })
                    Assert.Equal(expected, Run(set, channels, input, quantized ? QuantParams.PerTensor(1, 0) : null,
                        (_, x) => new ChannelShuffle { Name = "op", Inputs = [x], Groups = groups }));
            }
    }

    [Theory, MemberData(nameof(Rungs.All), MemberType = typeof(Rungs))]
    public void Halves_of_a_shuffled_cat_are_those_of_its_parts_one_after_another(InstructionSet set)
    {
        for (int length = 1; length <= 40; length++)
            foreach (bool quantized in new[] { false, true })
                foreach (bool sameScale in new[] { false, true })
                {
                    var random = new Random(length);
                    float[] input = random.Floats(Batch * 2 * length * Pixels, -3, 3);
                    var builder = new GraphBuilder([2 * length, Height, Width]);
                    string Q(string value, QuantParams parameters) => quantized ? builder.Requantized(value, parameters) : value;
                    string Half(string name, string x, int part) => builder.Add(
                        new Slice { Name = name, Inputs = [x], Dimension = 1, Start = part * length, End = (part + 1) * length });
                    string a = Q(Half("a", GraphBuilder.Input, 0), sameScale ? Joint : First), b = Q(Half("b", GraphBuilder.Input, 1), sameScale ? Joint : Second);
                    string cat = Q(builder.Add(new Concat { Name = "cat", Inputs = [a, b] }), Joint);
                    string shuffled = Q(builder.Add(new ChannelShuffle { Name = "shuffle", Inputs = [cat], Groups = 2 }), Joint);
                    string[] halves = [Q(Half("left", shuffled, 0), Joint), Q(Half("right", shuffled, 1), Joint)];
                    string both = Q(builder.Add(new Concat { Name = "both", Inputs = [halves[1], halves[0]] }), Joint);

                    Graph graph = builder.Build(both);
                    var options = new CompileOptions { InstructionSet = set, MaxBatch = Batch, Threads = 1 + length % 2 };
                    float[] joined = Runner.Run(graph.With(output: cat), input, options);
                    float[] expected = Move(joined, 2 * length, 2 * length, c => (c + length) % (2 * length) % 2 * length + (c + length) % (2 * length) / 2);
                    Assert.Equal(expected, Runner.Run(graph, input, options));
                    using CompiledGraph compiled = CompiledGraph.Compile(graph, options);
                    Assert.Equal(2, compiled.Steps.Count(step => step.Kernel == "channel_shuffle"));
                    Assert.DoesNotContain(compiled.Steps, step => step.Value is "cat" or "cat.quantize" or "shuffle" or "shuffle.quantize");
                }
    }

    [Fact]
    public void A_shuffle_whose_channels_do_not_come_in_turn_is_made_of_the_cat()
    {
        // Three channels and five, shuffled in two groups of four: the cat has to be there first.
        var builder = new GraphBuilder([8, Height, Width]);
        string a = builder.Add(new Slice { Name = "a", Inputs = [GraphBuilder.Input], Dimension = 1, End = 3 });
        string b = builder.Add(new Slice { Name = "b", Inputs = [GraphBuilder.Input], Dimension = 1, Start = 3 });
        string cat = builder.Add(new Concat { Name = "cat", Inputs = [a, b] });
        string shuffled = builder.Add(new ChannelShuffle { Name = "shuffle", Inputs = [cat], Groups = 2 });
        float[] input = Numbers(8);
        Assert.Equal(Move(input, 8, 8, c => c % 2 * 4 + c / 2), Runner.Run(builder.Build(shuffled), input, new CompileOptions { MaxBatch = Batch }));
    }

    [Fact]
    public void Groups_that_do_not_divide_the_channels_are_a_fault_of_the_node()
    {
        var builder = new GraphBuilder([5, 2, 2]);
        string shuffled = builder.Add(new ChannelShuffle { Name = "shuffle", Inputs = [GraphBuilder.Input], Groups = 2 });
        Assert.Contains("2 groups", Assert.Throws<GraphException>(() => builder.Build(shuffled)).Message);
    }

    private static float[] Run(InstructionSet set, int channels, float[] input, QuantParams? scale, Func<GraphBuilder, string, Node> node)
    {
        var builder = new GraphBuilder([channels, Height, Width]);
        string op = builder.Add(node(builder, scale is null ? GraphBuilder.Input : builder.Requantized(GraphBuilder.Input, scale)));
        Graph graph = builder.Build(scale is null ? op : builder.Requantized(op, scale));
        return Runner.Run(graph, input, new CompileOptions { InstructionSet = set, MaxBatch = Batch });
    }

    private static float[] Numbers(int channels) => [.. Enumerable.Range(0, Batch * channels * Pixels).Select(i => (float)(i % 251))];

    /// <summary>Images whose channels are chosen from others'.</summary>
    private static float[] Move(float[] images, int before, int channels, Func<int, int> source) =>
        [.. from n in Enumerable.Range(0, Batch) from c in Enumerable.Range(0, channels) from p in Enumerable.Range(0, Pixels)
            select images[(n * before + source(c)) * Pixels + p]];
}
