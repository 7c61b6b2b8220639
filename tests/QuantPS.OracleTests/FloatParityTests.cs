using QuantPS.Engine;
using QuantPS.Engine.Execution;
using QuantPS.OracleTests.Operators;
using QuantPS.Tests.Engine;
using TorchSharp;
using static TorchSharp.torch.nn;

namespace QuantPS.OracleTests;

/// <summary>Every float operator of the engine against libtorch's, on each of our instruction sets: to 1e-5 of the largest result.</summary>
public sealed class FloatParityTests
{
    private const int Count = 60;

    public static TheoryData<InstructionSet> InstructionSetsOfTheEngine => [.. Enum.GetValues<InstructionSet>()];

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void Conv2d_gives_libtorchs_floats(InstructionSet set)
    {
        var random = new RandomValues(50);
        for (int i = 0; i < Count; i++)
        {
            int groups = i % 3 == 0 ? random.Integer(1, 40) : i % 3 == 1 ? random.Integer(1, 4) : 1;
            int inputs = i % 3 == 0 ? 1 : random.Integer(1, 30), outputs = groups * random.Integer(1, i % 3 == 0 ? 2 : 30);
            Size2 kernel = new(random.Integer(1, 4), random.Integer(1, 4)), dilation = new(random.Integer(1, 2), random.Integer(1, 2));
            var window = new Window2(kernel, new(random.Integer(1, 3), random.Integer(1, 3)), new(random.Integer(0, 2), random.Integer(0, 2)), dilation);
            float[] weight = random.Reals(outputs * inputs * kernel.Height * kernel.Width, -1, 1), bias = random.Reals(outputs, -1, 1);
            bool biased = random.Chance(0.7), relu = random.Chance(0.3);
            Compare(set, random, [groups * inputs, random.Integer(7, 12), random.Integer(7, 12)],
                graph =>
                {
                    string w = graph.Constant("w", weight, [outputs, inputs, kernel.Height, kernel.Width]);
                    string y = graph.Conv2d("y", GraphBuilder.Input, w, biased ? graph.Constant("b", bias) : null, window, groups);
                    return relu ? graph.Relu("relu", y) : y;
                },
                x =>
                {
                    torch.Tensor y = functional.conv2d(
                        x, torch.tensor(weight, [outputs, inputs, kernel.Height, kernel.Width]), biased ? torch.tensor(bias) : null,
                        Both(window.Stride), Both(window.Padding), Both(dilation), groups);
                    return relu ? y.relu() : y;
                });
        }
    }

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void Linear_gives_libtorchs_floats(InstructionSet set)
    {
        var random = new RandomValues(51);
        for (int i = 0; i < Count; i++)
        {
            (int features, int outputs) = (random.Integer(1, 300), random.Integer(1, 60));
            float[] weight = random.Reals(outputs * features, -1, 1), bias = random.Reals(outputs, -1, 1);
            bool biased = random.Chance(0.7);
            Compare(set, random, [features],
                graph => graph.Linear("y", GraphBuilder.Input, graph.Constant("w", weight, [outputs, features]), biased ? graph.Constant("b", bias) : null),
                x => functional.linear(x, torch.tensor(weight, [outputs, features]), biased ? torch.tensor(bias) : null));
        }
    }

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void Batch_norm_gives_libtorchs_floats(InstructionSet set)
    {
        var random = new RandomValues(52);
        for (int i = 0; i < Count; i++)
        {
            int channels = random.Integer(1, 50);
            float[][] p = [random.Reals(channels, -2, 2), random.Reals(channels, -2, 2), random.Reals(channels, -2, 2), random.Reals(channels, 0, 3)];
            Compare(set, random, [channels, random.Integer(1, 7), random.Integer(1, 7)],
                graph => graph.Add(new BatchNorm2d { Name = "y", Inputs = [GraphBuilder.Input, .. p.Select((values, k) => graph.Constant($"p{k}", values))] }),
                x => functional.batch_norm(x, torch.tensor(p[2]), torch.tensor(p[3]), torch.tensor(p[0]), torch.tensor(p[1]), training: false));
        }
    }

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void Add_and_relu_give_libtorchs_floats(InstructionSet set)
    {
        var random = new RandomValues(53);
        for (int i = 0; i < Count; i++)
        {
            int channels = random.Integer(1, 40);
            float[] weight = random.Reals(channels * channels, -1, 1);
            float maximum = random.Chance() ? 6 : float.PositiveInfinity;
            Compare(set, random, [channels, random.Integer(1, 7), random.Integer(1, 7)],
                graph =>
                {
                    string w = graph.Constant("w", weight, [channels, channels, 1, 1]);
                    string branch = graph.Conv2d("branch", GraphBuilder.Input, w, null, new Window2(1, 1, 0));
                    return graph.Relu("relu", graph.Add(new Add { Name = "y", Inputs = [GraphBuilder.Input, branch] }), maximum);
                },
                x => (x + functional.conv2d(x, torch.tensor(weight, [channels, channels, 1, 1]))).clamp(0, maximum));
        }
    }

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void Pools_give_libtorchs_floats(InstructionSet set)
    {
        var random = new RandomValues(54);
        for (int i = 0; i < Count; i++)
        {
            Size2 kernel = new(random.Integer(1, 4), random.Integer(1, 4)), padding = new(random.Integer(0, kernel.Height / 2), random.Integer(0, kernel.Width / 2));
            var window = new Window2(kernel, new(random.Integer(1, 3), random.Integer(1, 3)), padding, 1, random.Chance());
            Size2 regions = new(random.Integer(1, 9), random.Integer(1, 9));
            bool countPadding = random.Chance();
            Shape shape = [random.Integer(1, 40), random.Integer(4, 11), random.Integer(4, 11)];
            Compare(set, random, shape, graph => graph.Add(new MaxPool2d { Name = "y", Inputs = [GraphBuilder.Input], Window = window }),
                x => functional.max_pool2d(x, Both(kernel), Both(window.Stride), Both(padding), null, window.CeilMode));
            Compare(set, random, shape,
                graph => graph.Add(new AvgPool2d { Name = "y", Inputs = [GraphBuilder.Input], Window = window, CountIncludePad = countPadding }),
                x => functional.avg_pool2d(x, Both(kernel), Both(window.Stride), Both(padding), window.CeilMode, countPadding));
            Compare(set, random, shape, graph => graph.Add(new AdaptiveAvgPool2d { Name = "y", Inputs = [GraphBuilder.Input], Output = regions }),
                x => functional.adaptive_avg_pool2d(x, Both(regions)));
        }
    }

    [Theory, MemberData(nameof(InstructionSetsOfTheEngine))]
    public void Pad_slice_concat_and_flatten_give_libtorchs_floats(InstructionSet set)
    {
        var random = new RandomValues(55);
        for (int i = 0; i < Count; i++)
        {
            int[] sizes = [.. Enumerable.Range(0, 6).Select(_ => random.Integer(0, 3))];
            (int step, int start) = (random.Integer(1, 3), random.Integer(0, 2));
            Compare(set, random, [random.Integer(1, 20), random.Integer(3, 8), random.Integer(3, 8)],
                graph =>
                {
                    string cut = graph.Add(new Slice { Name = "cut", Inputs = [GraphBuilder.Input], Dimension = 2, Start = start, Step = step });
                    string both = graph.Add(new Concat { Name = "both", Inputs = [cut, cut] });
                    string padded = graph.Add(new Pad { Name = "padded", Inputs = [both], Before = [0, sizes[4], sizes[2], sizes[0]], After = [0, sizes[5], sizes[3], sizes[1]] });
                    return graph.Add(new Flatten { Name = "y", Inputs = [padded] });
                },
                x =>
                {
                    torch.Tensor cut = x.slice(2, start, x.shape[2], step);
                    return functional.pad(torch.cat([cut, cut], 1), [.. sizes.Select(size => (long)size)], PaddingModes.Constant, 0).flatten(1);
                });
        }
    }

    private static void Compare(
        InstructionSet set, RandomValues random, Shape sample, Func<GraphBuilder, string> build, Func<torch.Tensor, torch.Tensor> oracle)
    {
        if (!InstructionSets.Available.Contains(set)) Assert.Skip($"This machine has no {set}.");
        int batch = random.Integer(1, 3);
        float[] input = random.Reals(checked((int)sample.ElementCount) * batch, -3, 3);
        var builder = new GraphBuilder(sample);
        Graph graph = builder.Build(build(builder));
        using CompiledGraph compiled = CompiledGraph.Compile(graph, new CompileOptions { MaxBatch = batch, InstructionSet = set });
        var ours = new float[compiled.OutputShape.ElementCount * batch];
        compiled.Run(input, batch, ours);

        using DisposeScope scope = torch.NewDisposeScope();
        torch.Tensor result = oracle(torch.tensor(input, [batch, .. sample.Select(size => (long)size)]));
        float[] theirs = result.contiguous().data<float>().ToArray();
        Assert.Equal(theirs.Length, ours.Length);
        float largest = theirs.Max(MathF.Abs);
        for (int i = 0; i < ours.Length; i++)
            Assert.True(MathF.Abs(ours[i] - theirs[i]) <= 1e-5f * largest, $"Element {i}: libtorch {theirs[i]}, ours {ours[i]}, largest {largest}, in {graph.Nodes[^1]}.");
    }

    private static long[] Both(Size2 size) => [size.Height, size.Width];
}
